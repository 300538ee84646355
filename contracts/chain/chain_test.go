package chain_test

import (
	"bufio"
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/internal/key"
)

var (
	rich, _ = crypto.HexToECDSA(strings.Repeat("11", 32))
	payer   = crypto.PubkeyToAddress(rich.PublicKey)
	payee   = common.Address{0x42}
)

func config(dir string) chain.Config {
	return chain.Config{Dir: dir, Alloc: map[key.Address]*big.Int{key.Address(payer): big.NewInt(1e18)}, Gap: 20 * time.Millisecond, Idle: 200 * time.Millisecond, Lead: time.Hour}
}

// The test binary is also the process that is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv("CHAIN_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	c, err := chain.Open(config(dir))
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(c.URL())
	select {}
}

// pay sends one wei and waits for its receipt.
func pay(t *testing.T, client *ethclient.Client, nonce uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tx, err := types.SignNewTx(rich, types.LatestSignerForChainID(big.NewInt(chain.DefaultID)), &types.DynamicFeeTx{
		ChainID: big.NewInt(chain.DefaultID), Nonce: nonce, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e10), Gas: 21000, To: &payee, Value: big.NewInt(1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.SendTransaction(ctx, tx); err != nil {
		t.Fatal(err)
	}
	for {
		if r, err := client.TransactionReceipt(ctx, tx.Hash()); err == nil && r.Status == 1 {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal("the payment was not mined")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func balance(t *testing.T, client *ethclient.Client) uint64 {
	t.Helper()
	b, err := client.BalanceAt(t.Context(), payee, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.Uint64()
}

// What a receipt was given for is still there after a kill at any instant, save
// what was in the very last block, before it was synced.
func TestKilledAtRandomPoints(t *testing.T) {
	dir := t.TempDir()
	sent, lost := uint64(0), 0
	for range 8 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "CHAIN_TEST_DIR="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "http") {
			t.Fatalf("the chain did not start: %q, %v", line, err)
		}
		client, err := ethclient.DialContext(t.Context(), strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if got := balance(t, client); got != sent && got != sent-1 {
			t.Errorf("after the kill the payee has %d, was paid %d", got, sent)
		} else {
			lost += int(sent - got)
			sent = got
		}
		for range 1 + rand.IntN(5) {
			pay(t, client, sent)
			sent++
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		client.Close()
		_ = child.Process.Signal(syscall.SIGKILL)
		_ = child.Wait()
	}
	t.Logf("%d of %d payments lost with the last block", lost, sent)
	// And a clean stop after all the kills.
	for range 2 {
		c, err := chain.Open(config(dir))
		if err != nil {
			t.Fatal(err)
		}
		client, err := ethclient.DialContext(t.Context(), c.URL())
		if err != nil {
			t.Fatal(err)
		}
		if got := balance(t, client); got != sent {
			t.Errorf("the payee has %d, was paid %d", got, sent)
		}
		head := c.Head()
		for deadline := time.Now().Add(20 * time.Second); c.Head() == head && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		}
		if c.Head() == head {
			t.Error("the chain stands still with nothing to do: no timeout would ever pass")
		}
		client.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestServesLoopbackOnly(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", "localhost:0", ":1", "10.0.0.1:8545", "127.0.0.1"} {
		c := config(t.TempDir())
		c.Listen = listen
		if opened, err := chain.Open(c); err == nil {
			t.Errorf("listens at %s", listen)
			_ = opened.Close()
		}
	}
}
