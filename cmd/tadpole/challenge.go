package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// challenge is what is to be challenged, and how.
type challenge struct {
	federation  string
	round       uint32 // of a fold
	bond        config.Amount
	force, wait bool
}

func challengeCommand() *cobra.Command {
	var p party
	var fold, claims bool
	ch, bond := challenge{}, "1"
	command := &cobra.Command{
		Use:   "challenge FEDERATION [ROUND] --fold | --claims",
		Short: "Have mediators judge a round's model, or what owners have earned",
		Long: `Have mediators judge a round's model, or what owners have earned.

FEDERATION is its name at the exchange, or its id on the chain. With --fold and a
ROUND, mediators fold the round's updates again and compare the model. With
--claims they work the pending claims root out again, over all settled rounds; it
is worked out here first, and not disputed if it is right, unless --force says so.
Where they have found another root, --claims puts that one in its place.

You lock what one level of mediators costs, at most --bond, deposited from the
account's coins where the ledger has too little. It is lost if the aggregator was
right; if not, it comes back with a share of the aggregator's stake. Exit codes: 0
done; 1 refused, not needed, or failed; 2 called wrongly.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, arguments []string) error {
			if err := ch.read(arguments, fold, claims, bond); err != nil {
				return err
			}
			a, err := p.open(c.Context())
			if err != nil {
				return err
			}
			defer a.Close()
			if fold {
				return a.challengeFold(c.Context(), ch, c.OutOrStdout())
			}
			return a.challengeClaims(c.Context(), ch, c.OutOrStdout())
		},
	}
	p.flags(command, "challenger")
	f := command.Flags()
	f.BoolVar(&fold, "fold", false, "challenge the model of ROUND")
	f.BoolVar(&claims, "claims", false, "challenge the pending claims root")
	f.StringVar(&bond, "bond", bond, "coins to lock at most")
	f.BoolVar(&ch.force, "force", false, "dispute a claims root that is right")
	f.BoolVar(&ch.wait, "wait", false, "wait for what the mediators find, and put it in place")
	command.MarkFlagsMutuallyExclusive("fold", "claims")
	return command
}

func (ch *challenge) read(arguments []string, fold, claims bool, bond string) error {
	switch {
	case !fold && !claims:
		return fmt.Errorf("%w: name what to challenge: --fold or --claims", errUsage)
	case fold && len(arguments) == 1:
		return fmt.Errorf("%w: --fold is about one ROUND: name it after the federation", errUsage)
	case claims && len(arguments) == 2:
		return fmt.Errorf("%w: --claims is about all settled rounds: name none", errUsage)
	}
	if err := ch.bond.UnmarshalText([]byte(bond)); err != nil {
		return fmt.Errorf("%w: --bond: %w", errUsage, err)
	}
	ch.federation = arguments[0]
	if fold {
		n, err := strconv.ParseUint(arguments[1], 10, 32)
		if err != nil || n == 0 {
			return fmt.Errorf("%w: ROUND %q: want a number from 1 on", errUsage, arguments[1])
		}
		ch.round = uint32(n)
	}
	return nil
}

// federationID finds a federation by its name at the exchange, or takes its id.
func (a *account) federationID(ctx context.Context, name string) (blob.Hash, error) {
	if id, err := blob.ParseHash(name); err == nil {
		return id, nil
	}
	list, err := a.client.Status(ctx)
	if err != nil {
		return blob.Hash{}, err
	}
	for _, s := range list {
		if s.Federation == name && !s.ID.IsZero() {
			return s.ID, nil
		}
	}
	return blob.Hash{}, fmt.Errorf("the exchange has no federation %q on the chain: tadpole market rounds lists them", name)
}

// secure makes sure that what a challenge locks is free in the ledger.
func (a *account) secure(ctx context.Context, f market.Federation, most config.Amount) error {
	if f.ChallengeBond.Cmp(most.Wei()) > 0 {
		return fmt.Errorf("a challenge locks %s coins: raise --bond above %s", config.FromWei(f.ChallengeBond), most)
	}
	b, err := a.market.Balance(ctx, a.key.Address())
	if err != nil {
		return err
	}
	missing := new(big.Int).Sub(f.ChallengeBond, b.Free)
	if missing.Sign() <= 0 {
		return nil
	}
	return a.market.Deposit(ctx, fmt.Sprintf("deposit/challenge/%d", time.Now().UnixNano()), a.key.Address(), missing)
}

func (a *account) challengeFold(ctx context.Context, ch challenge, out io.Writer) error {
	id, err := a.federationID(ctx, ch.federation)
	if err != nil {
		return err
	}
	r, err := a.market.CommittedRound(ctx, id, ch.round)
	if err != nil {
		return err
	}
	f, err := a.market.Federation(ctx, id)
	if err != nil {
		return err
	}
	if err := a.secure(ctx, f, ch.bond); err != nil {
		return err
	}
	if err := a.market.ChallengeFold(ctx, r); err != nil {
		return err
	}
	fmt.Fprintf(out, "mediators fold round %d of %s again; %s coins are locked\n", ch.round, ch.federation, config.FromWei(f.ChallengeBond))
	if !ch.wait {
		return nil
	}
	verdict := market.NoVerdict
	if err := a.until(ctx, func() (bool, error) {
		verdict, err = a.market.FoldVerdict(ctx, id, ch.round)
		return verdict != market.NoVerdict, err
	}); err != nil {
		return err
	}
	fmt.Fprintf(out, "the model of round %d: %s\n", ch.round, verdict)
	return nil
}

func (a *account) challengeClaims(ctx context.Context, ch challenge, out io.Writer) error {
	id, err := a.federationID(ctx, ch.federation)
	if err != nil {
		return err
	}
	f, err := a.market.Federation(ctx, id)
	if err != nil {
		return err
	}
	if f.Found != [32]byte{} {
		return a.correct(ctx, id, out)
	}
	if f.PendingUntil.IsZero() || f.Disputed || f.Upheld {
		return fmt.Errorf("federation %s has no claims root that can be disputed (pending %v, disputed %v, upheld %v)", ch.federation, !f.PendingUntil.IsZero(), f.Disputed, f.Upheld)
	}
	claims, err := a.claims(ctx, id)
	switch {
	case err != nil && !ch.force:
		return fmt.Errorf("the claims cannot be worked out here, so mediators may not either; --force disputes them all the same: %w", err)
	case err != nil:
	case claims.Root == f.PendingRoot && claims.Total.Cmp(f.PendingTotal) == 0:
		fmt.Fprintf(out, "root %s over %s coins is right\n", f.PendingRoot.Short(), config.FromWei(f.PendingTotal))
		if !ch.force {
			return errors.New("disputing it would only cost its mediators; --force does it all the same")
		}
	default:
		fmt.Fprintf(out, "root %s over %s coins was posted, %s over %s coins is right\n", f.PendingRoot.Short(), config.FromWei(f.PendingTotal), claims.Root.Short(), config.FromWei(claims.Total))
	}
	if err := a.secure(ctx, f, ch.bond); err != nil {
		return err
	}
	if err := a.market.DisputeClaims(ctx, id); err != nil {
		return err
	}
	fmt.Fprintf(out, "mediators work the claims out again; %s coins are locked\n", config.FromWei(f.ChallengeBond))
	if !ch.wait {
		return nil
	}
	if err := a.until(ctx, func() (bool, error) { f, err = a.market.Federation(ctx, id); return err == nil && !f.Disputed, err }); err != nil {
		return err
	}
	switch {
	case f.Upheld:
		fmt.Fprintln(out, "the root stands")
	case f.Found != [32]byte{}:
		return a.correct(ctx, id, out)
	default:
		fmt.Fprintln(out, "the root was dropped, and mediators found none in its place: the aggregator posts again, or its rounds are abandoned")
	}
	return nil
}

// correct puts the root that mediators found in the place of a refuted one.
func (a *account) correct(ctx context.Context, id blob.Hash, out io.Writer) error {
	claims, err := a.claims(ctx, id)
	if err != nil {
		return err
	}
	if err := a.market.CorrectClaims(ctx, id, claims); err != nil {
		return err
	}
	fmt.Fprintf(out, "the mediators' root %s over %s coins is in place\n", claims.Root.Short(), config.FromWei(claims.Total))
	return nil
}

// claims works out what owners have earned.
func (a *account) claims(ctx context.Context, id blob.Hash) (market.Claims, error) {
	course, err := a.market.Course(ctx, id)
	if err != nil {
		return market.Claims{}, err
	}
	return recheck.Checker{Blobs: a.client}.Claims(ctx, course)
}

// until asks again and again, as often as the account asks the chain.
func (a *account) until(ctx context.Context, over func() (bool, error)) error {
	ticker := time.NewTicker(a.poll)
	defer ticker.Stop()
	for {
		done, err := over()
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
