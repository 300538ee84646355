package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/testimony"
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
	if err := p.AllowJoin(ask, 500_000_000, []string{testimony.Disclose}); err != nil {
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
		if err := parse(t, c.text).AllowJoin(ask, c.collateral, nil); !errors.Is(err, policy.ErrRefused) || !strings.Contains(err.Error(), c.want) {
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

func TestOwnersChooseHowUpdatesAreChecked(t *testing.T) {
	first, other := key.Address{1}, key.Address{2}
	ask := policy.Ask{Federation: "f", Dataset: "vibration"}
	open := "[[dataset]]\nname = \"vibration\"\nfeatures = \"v.csv\"\n[[allow]]\nfederation = \"f\"\ndataset = \"vibration\"\nmodule = \"any\"\nper_day = 1\n[market]\n"

	canary := parse(t, open+"check = \"canary\"\n")
	if err := canary.AllowJoin(ask, 0, []string{testimony.Disclose, testimony.Canary}); err != nil {
		t.Errorf("a federation that takes canaries: %v", err)
	}
	if err := canary.AllowJoin(ask, 0, []string{testimony.Disclose}); !errors.Is(err, policy.ErrRefused) || !strings.Contains(err.Error(), `by "canary", the federation takes disclose`) {
		t.Errorf("a federation that wants to see data: %v", err)
	}
	ask.Runs = []time.Time{ask.Now, ask.Now}
	if err := canary.AllowRerun(ask, first, false); err != nil {
		t.Errorf("a canary after the day's last run: %v", err)
	}

	second := parse(t, open+"second_device_of = [\""+first.String()+"\"]\n")
	if err := second.AllowRerun(ask, first, true); err != nil {
		t.Errorf("the first device's task: %v", err)
	}
	if err := second.AllowRerun(ask, other, true); !errors.Is(err, policy.ErrRefused) {
		t.Errorf("another device's task: %v", err)
	}

	for want, text := range map[string]string{
		"market.check: \"oath\"":     "check = \"oath\"",
		"set both or none":           "check = \"second-device\"",
		"second_device_of.0: \"me\"": "second_device_of = [\"me\"]",
	} {
		if _, err := policy.Parse("policy.toml", []byte(open+text)); !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a mistake with %q", text, err, want)
		}
	}
}

// A task that is bought is sealed to every provider whom the owner trusts, and to
// the mediators beside, each once; to those of [market] it is not.
func TestBought(t *testing.T) {
	ask := policy.Ask{Federation: "f", Dataset: "d", Memory: 1 << 40, Deadline: time.Hour, Now: time.Now()}
	p := parse(t, onTheMarket+"[heavy]\nproviders = [\"age1carol\", \"age1bob\", \"age1carol\"]\nmediators = [\"age1dora\", \"age1bob\"]\n")
	providers, mediators, err := p.Bought()
	if err != nil || !slices.Equal(providers, []string{"age1carol", "age1bob"}) || !slices.Equal(mediators, []string{"age1dora"}) {
		t.Errorf("%v and %v, %v", providers, mediators, err)
	}
	if err := p.AllowBought(ask); err != nil {
		t.Errorf("a job that is too large for the device: %v", err)
	}
	ask.Dataset = "other"
	if err := p.AllowBought(ask); err == nil {
		t.Error("data that no rule opens were let go")
	}
	ask.Dataset = "d"
	var refusal *policy.Refusal
	if err := parse(t, onTheMarket).AllowBought(ask); !errors.As(err, &refusal) || !strings.Contains(err.Error(), "no provider of the market may see data") {
		t.Errorf("without providers: %v", err)
	}
	if err := p.AllowAway(ask, "market"); err == nil {
		t.Error("the market as a whole was taken for a provider")
	}
}
