package agents

// Shares that the contracts fix, in basis points: of a refuted provider's
// collateral (Deals), of every slash (MediationRules), and of the price that is
// paid where no result can be checked.
const (
	bps            = 10_000
	creatorShare   = 4_000
	mediatorsShare = 2_000
	burntShare     = 2_000 // at least
	costShare      = 8_000
)

// Fee is one job's fee in wei, where the rules count in it: small enough that no
// sum below overflows, and odd, so that each rounding of the contracts shows.
const Fee = 1_000_000_007

// Stakes are the amounts of one deal, in wei.
type Stakes struct {
	Price      int64
	Collateral int64
	CheckFee   int64
	Deposit    int64 // of each mediator
	Mediators  int   // n
}

// Stakes are the terms in wei.
func (t Terms) Stakes() Stakes {
	wei := func(fees float64) int64 { return int64(fees*Fee + 0.5) }
	return Stakes{Price: Fee, Collateral: wei(t.Stake()), CheckFee: wei(t.CheckFee), Deposit: wei(t.Deposit), Mediators: t.Mediators}
}

// Ending is how a deal ends.
type Ending uint8

// The endings.
const (
	Accepted Ending = iota // nobody looked
	Upheld
	Refuted
	Undecided // no answer had a majority: contract Deals calls it non-deterministic
	Expired   // there was no result in time
)

func (e Ending) String() string {
	return [...]string{"accepted", "upheld", "refuted", "undecided", "expired"}[min(e, Expired)]
}

// Decision is what the parties of one job do.
type Decision struct {
	Provider, Client int  // who
	Action           int  // the provider's
	Challenge        bool // the client has the result checked, whatever the draw says
	Vote             func(mediator int) Vote
}

func (d Decision) lie() bool { return d.Action == Cheat || d.Action == Bribe }

// Outcome is what became of a job. Amounts are what the ledger's accounts gained,
// in wei: a party's own costs and bribes are not in it.
type Outcome struct {
	Ending   Ending
	Checked  bool
	Provider int64
	Client   int64
	Ballots  []Ballot
	Votes    []int64 // what each ballot earned
}

// Burnt is what the job's slashes burnt: what nobody has gained.
func (o Outcome) Burnt() int64 {
	sum := o.Provider + o.Client
	for _, v := range o.Votes {
		sum += v
	}
	return -sum
}

// Rule is the outcome of a decision by the contracts' rules. Mediators are asked
// in the given order of the pool, if the draw hit or the client challenges.
func (t Terms) Rule(d Decision, drawn bool, order []int) Outcome {
	s := t.Stakes()
	switch {
	case d.Action == Vanish:
		late := min(s.Price, s.Collateral)
		return Outcome{Ending: Expired, Provider: -late, Client: late * (bps - burntShare) / bps}
	case !drawn && !d.Challenge:
		return Outcome{Ending: Accepted, Provider: s.Price, Client: -s.Price}
	}
	v := t.resolve(d.lie(), order, d.Vote)
	votes, spent := s.divide(d.lie(), v)
	o := Outcome{Checked: true, Ballots: v.ballots, Votes: votes}
	switch {
	case v.refuted:
		o.Ending, o.Provider = Refuted, -s.Collateral
		o.Client = s.Collateral*creatorShare/bps + min(spent, s.Collateral*mediatorsShare/bps) - spent
	case v.found == Guess:
		o.Ending, o.Provider = Undecided, s.Price*costShare/bps
		o.Client = -o.Provider - spent
	default:
		o.Ending, o.Provider, o.Client = Upheld, s.Price, -s.Price-spent
	}
	return o
}

// divide gives each ballot its money, and what of the client's fund for checks
// went into it (contract Mediation). Those who voted what was found get the check
// fee, the others lose their deposits, which pay later levels first, then those
// who dissented rightly. Where nothing was found, all share the fund.
func (s Stakes) divide(lie bool, v verdict) (votes []int64, spent int64) {
	decided := v.found != Guess
	var right, first, wrong int64
	perLevel := map[int][2]int64{} // right, wrong
	for _, b := range v.ballots {
		n := perLevel[b.Level]
		if !decided || v.right(b.Vote, lie) {
			n[0]++
			right++
			if b.Level == 1 {
				first++
			}
		} else {
			n[1]++
			wrong++
		}
		perLevel[b.Level] = n
	}
	fund, kept := int64(s.Mediators)*s.CheckFee, wrong*(s.Deposit*(bps-burntShare)/bps)
	share := s.CheckFee
	if right*share > fund+kept {
		share = (fund + kept) / right
	}
	fromSlashes := min((right-first)*share, kept)
	spent = right*share - fromSlashes
	stoodAgainst := func(level int) bool { n := perLevel[level]; return n[1] != 0 && n[1] >= n[0] }
	var dissenters, bonus int64
	for level, n := range perLevel {
		if stoodAgainst(level) {
			dissenters += n[0]
		}
	}
	if dissenters > 0 {
		bonus = min((kept-fromSlashes)/dissenters, s.Deposit)
	}
	votes = make([]int64, len(v.ballots))
	for i, b := range v.ballots {
		switch {
		case decided && !v.right(b.Vote, lie):
			votes[i] = -s.Deposit
		case stoodAgainst(b.Level):
			votes[i] = share + bonus
		default:
			votes[i] = share
		}
	}
	return votes, spent
}
