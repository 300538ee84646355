// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What a mediation found about a claimed digest
enum Verdict {
    None,
    /// the mediators found what was claimed
    Upheld,
    /// they agree on something else
    Refuted,
    /// they agree among themselves on nothing
    NonDeterministic,
    /// not enough of them answered, and nobody is left to ask
    Unresolved
}

/// @title The terms under which mediators answer a case
struct MediationTerms {
    /// bit i = the mediator with index i of the directory may be drawn
    uint256 pool;
    /// mediators at the first level; 2n+1 at the next
    uint8 n;
    uint32 commitWindow; // seconds, in which a mediator runs the job once
    uint32 revealWindow; // seconds
    /// paid to each mediator who revealed what was found
    uint96 fee;
    /// reserved from each drawn mediator's stake; lost by a wrong vote, in part by an absent one
    uint96 deposit;
}

/// @title Who opened a case and learns its verdict (Deals or Rounds)
interface ICaseSource {
    /// @notice Called once a case, by Mediation alone. `found` is the mediators' digest where they agree on one.
    /// @param spent what the mediators were paid of the payer's n x fee; the source unlocks the rest
    /// @param compensation what absent mediators of an Unresolved case lost: it waits in the source's own locked balance,
    /// to be paid to whoever waited in vain
    function onVerdict(
        bytes32 caseId,
        bytes32 subject,
        Verdict verdict,
        bytes32 found,
        uint256 spent,
        uint256 compensation
    ) external;
}

/// @title IMediation: n mediators run a job once each and vote by commit and reveal
interface IMediation {
    /// @param source the contract that opened it (Deals or Rounds); `subject` is its deal, leaf, fold or claims root
    event CaseOpened(
        bytes32 indexed caseId, address indexed source, bytes32 indexed subject, bytes32 claim, uint256 seedBlock
    );
    event MediatorsDrawn(bytes32 indexed caseId, uint8 level, uint256 drawn, uint256 commitBy, uint256 revealBy);
    event Committed(bytes32 indexed caseId, address indexed mediator, uint8 level);
    event Revealed(bytes32 indexed caseId, address indexed mediator, uint8 level, bytes32 digest);
    event Escalated(bytes32 indexed caseId, uint8 level);
    event CaseClosed(bytes32 indexed caseId, Verdict verdict, bytes32 found);

    /// @param claim SHA-256 of the answer that is claimed: mediators vote with the answer itself, and the claim is upheld by
    /// an answer whose hash it is. Where the answer is not public, nobody can vote for it without running the job.
    /// @notice Opens a case; Deals and Rounds only. The mediators' fees of the first level (n x fee) come from `payer`'s
    /// locked balance and are paid by ILedger.pay; what is not spent stays locked with `payer`, and the source unlocks it
    /// in onVerdict.
    /// @return caseId keccak over (chain, this, source, subject, claim, a counter of the subject)
    function open(bytes32 subject, bytes32 claim, MediationTerms calldata terms, address payer)
        external
        returns (bytes32 caseId);
    /// @notice Draws a level's mediators by the randomness of the case's seed block; `header` is that block's RLP header.
    function draw(bytes32 caseId, bytes calldata header) external;
    /// @notice A later seed block, when nobody drew while the first one's hash was at hand.
    function rearm(bytes32 caseId) external;
    /// @notice A drawn mediator's keccak256(abi.encode(caseId, level, msg.sender, digest, salt)).
    function commit(bytes32 caseId, bytes32 commitment) external;
    function reveal(bytes32 caseId, bytes32 digest, bytes32 salt) external;
    /// @notice Ends a level: closes the case or escalates it. Anyone, when all revealed or the windows are over.
    function tally(bytes32 caseId) external;
}
