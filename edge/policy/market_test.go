package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/config"
)

const onTheMarket = `[[dataset]]
name = "d"
features = "d.csv"
[[allow]]
federation = "*"
dataset = "d"
module = "any"
[market]
max_collateral = "0.5"
mediators = ["age1alice", "age1bob"]
`

func TestMarketGrantsNoMoreThanItSays(t *testing.T) {
	ask := policy.Ask{Federation: "f", Dataset: "d", Now: time.Now()}
	p := parse(t, onTheMarket)
	if err := p.AllowJoin(ask, 500_000_000); err != nil {
		t.Errorf("join at the limit: %v", err)
	}
	for name, c := range map[string]struct {
		text       string
		collateral config.Amount
		want       string
	}{
		"too much":         {onTheMarket, 500_000_001, ":9: the federation wants 0.500000001 staked, max_collateral is 0.5"},
		"no market":        {onTheMarket[:strings.Index(onTheMarket, "[market]")], 0, "there is no [market]"},
		"no rule opens it": {strings.Replace(onTheMarket, `"*"`, `"other"`, 1), 0, "is not open to federation"},
	} {
		if err := parse(t, c.text).AllowJoin(ask, c.collateral); !errors.Is(err, policy.ErrRefused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want a refusal with %q", name, err, c.want)
		}
	}

	got, err := p.AllowDisclosure(ask, []string{"age1mallory", "age1bob", "age1bob"})
	if err != nil || len(got) != 1 || got[0] != "age1bob" {
		t.Errorf("disclosed to %v, %v: want bob alone", got, err)
	}
	if _, err := p.AllowDisclosure(ask, []string{"age1mallory"}); !errors.Is(err, policy.ErrRefused) || !strings.Contains(err.Error(), ":10: none of the 1 mediators") {
		t.Errorf("disclosed to a stranger: %v", err)
	}
	if _, err := p.AllowDisclosure(policy.Ask{Federation: "f", Dataset: "other"}, []string{"age1bob"}); !errors.Is(err, policy.ErrRefused) {
		t.Errorf("disclosed what no rule opens: %v", err)
	}
	if _, err := policy.Parse("policy.toml", []byte(strings.Replace(onTheMarket, "age1alice", "ssh-ed25519", 1))); err == nil {
		t.Error("took an SSH key for an age recipient")
	}
}
