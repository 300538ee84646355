// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BlockRandomness} from "../src/BlockRandomness.sol";
import {Mediation} from "../src/Mediation.sol";
import {ILedger} from "../src/interfaces/ILedger.sol";
import {MediationTerms, Verdict} from "../src/interfaces/IMediation.sol";
import {Bits} from "../src/libraries/Bits.sol";
import {MediationRules} from "../src/libraries/MediationRules.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// @notice Cases by themselves, opened by a stand-in for Rounds; the payer is the creator.
contract MediationTest is MarketFixture {
    bytes32 private constant SUBJECT = keccak256("subject");
    bytes32 private constant TRUE = keccak256("what the job really gives");
    bytes32 private constant LIE = keccak256("what somebody would like");
    bytes32 private constant OTHER = keccak256("something else");
    uint96 private constant FEE = 0.1 ether;
    uint96 private constant DEPOSIT = 10 ether;

    function terms() private pure returns (MediationTerms memory) {
        return MediationTerms(type(uint256).max, 3, 1 hours, 1 hours, FEE, DEPOSIT);
    }

    function opened(bytes32 claim) private returns (bytes32) {
        return rounds.open(SUBJECT, hashOf(claim), terms(), creator);
    }

    /// A case with a level of three drawn out of `pool` mediators.
    function drawn(uint256 pool, bytes32 claim) private returns (bytes32 caseId) {
        addMediators(pool);
        caseId = opened(claim);
        drawCase(caseId, keccak256("seed"));
    }

    function expectState(bytes32 caseId, Mediation.State state) private {
        vm.expectRevert(abi.encodeWithSelector(Mediation.WrongState.selector, caseId, state));
    }

    // --- opening and drawing ---

    function test_open_reverts_for_others() public {
        vm.expectRevert(abi.encodeWithSelector(Mediation.NotSource.selector, stranger));
        vm.prank(stranger);
        mediation.open(SUBJECT, TRUE, terms(), creator);
    }

    function test_case_ids_bind_chain_source_subject_claim_and_counter() public {
        bytes32 first = opened(TRUE);
        bytes32 second = opened(TRUE);
        check(first != second, "the counter");
        vm.chainId(99);
        bytes32 third = rounds.open(keccak256("another"), TRUE, terms(), creator);
        eq(
            third,
            keccak256(
                abi.encode(99, address(mediation), address(rounds), keccak256("another"), TRUE, uint256(1))
            ),
            "case"
        );
    }

    function test_draw_reverts_before_its_seed_block() public {
        addMediators(3);
        bytes32 caseId = opened(TRUE);
        vm.expectRevert(
            abi.encodeWithSelector(BlockRandomness.BlockNotYet.selector, block.number + 2, block.number)
        );
        mediation.draw(caseId, headerWith(0));
    }

    function test_draw_takes_n_distinct_mediators_of_the_pool(bytes32 mix, uint256 pool) public {
        addMediators(12);
        MediationTerms memory t = terms();
        t.pool = pool;
        bytes32 caseId = rounds.open(SUBJECT, TRUE, t, creator);
        pool &= 0xfff;
        bytes memory header = mineWith(mediation.caseOf(caseId).seedBlock, mix);
        mediation.draw(caseId, header);
        uint256 bits = mediation.caseOf(caseId).drawn;
        uint256 want = Bits.count(pool) < 3 ? Bits.count(pool) : 3;
        eq(Bits.count(bits), want, "drawn");
        eq(bits & ~pool, 0, "outside the pool");
    }

    function test_draw_is_fair() public {
        addMediators(8);
        uint256[8] memory times;
        for (uint256 i = 0; i < 400; ++i) {
            uint256 state = vm.snapshotState();
            bytes32 caseId = opened(TRUE);
            uint256 bits = drawCase(caseId, keccak256(abi.encode(i)));
            vm.revertToState(state);
            for (uint256 j = 0; j < 8; ++j) {
                if (bits & (1 << j) != 0) ++times[j];
            }
        }
        // 150 each are expected, with a standard deviation below 10.
        for (uint256 j = 0; j < 8; ++j) {
            check(times[j] > 110 && times[j] < 190, "unfair");
        }
    }

    function test_draw_passes_over_who_has_no_room_for_the_deposit() public {
        addMediators(4);
        rounds.act(abi.encodeCall(ILedger.expose, (mediatorKey(1), 75 ether)));
        bytes32 caseId = opened(TRUE);
        eq(drawCase(caseId, keccak256("seed")), 13, "all but the second");
    }

    function test_draw_cannot_be_ground_by_leaving_once_the_seed_is_known(bytes32 mix, uint256 leaving) public {
        addMediators(12);
        bytes32 caseId = opened(TRUE);
        uint256 state = vm.snapshotState();
        uint256 without = drawCase(caseId, mix);
        vm.revertToState(state);
        for (uint256 i = 0; i < 9; ++i) {
            if (leaving & (1 << i) == 0) continue;
            vm.prank(mediatorKey(i));
            // Either way out of a draw.
            if (i % 2 == 0) directory.leaveMediators();
            else ledger.requestUnstake(95 ether);
        }
        uint256 with = drawCase(caseId, mix);
        uint256 stayed = without & ~(leaving & 0x1ff);
        eq(with & stayed, stayed, "somebody who stayed lost its place");
        eq(Bits.count(with), 3, "drawn");
    }

    function test_draw_passes_over_who_joined_after_the_case_opened() public {
        addMediators(3);
        bytes32 caseId = opened(TRUE);
        fund(stranger, 0, 100 ether);
        vm.prank(stranger);
        directory.joinMediators();
        eq(drawCase(caseId, keccak256("seed")), 7, "those who were there");
    }

    function test_draw_ends_the_case_when_there_is_nobody() public {
        bytes32 caseId = opened(TRUE);
        drawCase(caseId, keccak256("seed"));
        eq(uint256(rounds.verdict()), uint256(Verdict.Unresolved), "verdict");
        eq(rounds.spent(), 0, "spent");
    }

    function test_draw_reverts_twice() public {
        bytes32 caseId = drawn(3, TRUE);
        expectState(caseId, Mediation.State.Voting);
        mediation.draw(caseId, headerWith(0));
    }

    function test_rearm_only_when_the_seed_is_gone() public {
        addMediators(3);
        bytes32 caseId = opened(TRUE);
        uint256 seedBlock = mediation.caseOf(caseId).seedBlock;
        vm.expectRevert(abi.encodeWithSelector(Mediation.SeedAtHand.selector, seedBlock));
        mediation.rearm(caseId);
        vm.roll(seedBlock + 257);
        vm.prank(stranger);
        mediation.rearm(caseId);
        eq(mediation.caseOf(caseId).seedBlock, block.number + 2, "seed block");
        drawCase(caseId, keccak256("seed"));
        eq(Bits.count(mediation.caseOf(caseId).drawn), 3, "drawn");
    }

    // --- voting ---

    function test_all_equal_ends_the_case_at_once() public {
        bytes32 caseId = drawn(7, TRUE);
        address[] memory voters = drawnOf(caseId);
        uint256 before = free(voters[0]);
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "verdict");
        eq(rounds.spent(), 3 * FEE, "spent");
        for (uint256 i = 0; i < 3; ++i) {
            eq(free(voters[i]), before + FEE, "paid");
            eq(exposed(voters[i]), 0, "covered");
        }
        checkSolvent(7);
    }

    function test_all_equal_against_the_claim_refutes_it() public {
        bytes32 caseId = drawn(7, LIE);
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Refuted), "verdict");
        eq(rounds.found(), TRUE, "found");
    }

    function test_repeating_the_claim_is_a_wrong_answer() public {
        // What is claimed is public; who repeats it instead of running the job stands alone, whether it is true or not.
        bytes32 caseId = drawn(10, TRUE);
        address[] memory voters = drawnOf(caseId);
        voteAll(caseId, list(TRUE, TRUE, hashOf(TRUE)));
        drawCase(caseId, keccak256("again"));
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "verdict");
        eq(staked(voters[2]), 90 ether, "the lazy one");
    }

    function test_commit_reverts_for_who_was_not_drawn() public {
        bytes32 caseId = drawn(7, TRUE);
        uint256 bits = mediation.caseOf(caseId).drawn;
        address outsider = directory.mediatorAt(Bits.lowest(~bits & 0x7f));
        vm.expectRevert(abi.encodeWithSelector(Mediation.NotDrawn.selector, caseId, outsider));
        vm.prank(outsider);
        mediation.commit(caseId, 0);
        vm.expectRevert(abi.encodeWithSelector(Mediation.NotDrawn.selector, caseId, stranger));
        vm.prank(stranger);
        mediation.commit(caseId, 0);
    }

    function test_commit_reverts_twice_and_late() public {
        bytes32 caseId = drawn(7, TRUE);
        address[] memory voters = drawnOf(caseId);
        commitVote(caseId, voters[0], TRUE);
        vm.expectRevert(abi.encodeWithSelector(Mediation.NotDrawn.selector, caseId, voters[0]));
        vm.prank(voters[0]);
        mediation.commit(caseId, 0);
        uint256 by = mediation.caseOf(caseId).commitBy;
        vm.warp(by);
        commitVote(caseId, voters[1], TRUE);
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooLate.selector, by));
        vm.prank(voters[2]);
        mediation.commit(caseId, 0);
    }

    function test_reveal_reverts_before_all_committed_and_after_its_window() public {
        bytes32 caseId = drawn(7, TRUE);
        address[] memory voters = drawnOf(caseId);
        commitVote(caseId, voters[0], TRUE);
        uint256 by = mediation.caseOf(caseId).commitBy;
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooEarly.selector, by));
        vm.prank(voters[0]);
        mediation.reveal(caseId, TRUE, 0);
        by = mediation.caseOf(caseId).revealBy;
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooLate.selector, by));
        vm.prank(voters[0]);
        mediation.reveal(caseId, TRUE, 0);
    }

    function test_a_copied_commitment_reveals_as_wrong() public {
        bytes32 caseId = drawn(7, TRUE);
        address[] memory voters = drawnOf(caseId);
        bytes32 stolen = commitment(caseId, voters[0], TRUE);
        commitVote(caseId, voters[0], TRUE);
        vm.prank(voters[1]);
        mediation.commit(caseId, stolen);
        commitVote(caseId, voters[2], TRUE);
        revealVote(caseId, voters[0], TRUE);
        bytes32 s = salt(voters[0]);
        vm.expectRevert(abi.encodeWithSelector(Mediation.WrongReveal.selector, caseId, voters[1]));
        vm.prank(voters[1]);
        mediation.reveal(caseId, TRUE, s);
    }

    function test_a_commitment_is_worthless_in_another_case_and_level() public {
        bytes32 caseId = drawn(7, TRUE);
        address[] memory voters = drawnOf(caseId);
        for (uint256 i = 0; i < 3; ++i) {
            bytes32 wrong = keccak256(abi.encode(caseId, uint8(2), voters[i], TRUE, salt(voters[i])));
            if (i == 1) wrong = keccak256(abi.encode(keccak256("x"), uint8(1), voters[i], TRUE, salt(voters[i])));
            vm.prank(voters[i]);
            mediation.commit(caseId, wrong);
        }
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 s = salt(voters[i]);
            vm.expectRevert(abi.encodeWithSelector(Mediation.WrongReveal.selector, caseId, voters[i]));
            vm.prank(voters[i]);
            mediation.reveal(caseId, TRUE, s);
        }
    }

    function test_tally_reverts_while_votes_are_missing() public {
        bytes32 caseId = drawn(7, TRUE);
        uint256 by = mediation.caseOf(caseId).revealBy;
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooEarly.selector, by));
        mediation.tally(caseId);
    }

    function test_nothing_moves_in_a_closed_case() public {
        bytes32 caseId = drawn(7, TRUE);
        voteAll(caseId, list(TRUE));
        expectState(caseId, Mediation.State.Closed);
        mediation.tally(caseId);
        expectState(caseId, Mediation.State.Closed);
        mediation.rearm(caseId);
        expectState(caseId, Mediation.State.Closed);
        mediation.commit(caseId, 0);
        expectState(caseId, Mediation.State.Closed);
        mediation.reveal(caseId, 0, 0);
        expectState(caseId, Mediation.State.Closed);
        mediation.report(caseId, 0);
        expectState(caseId, Mediation.State.Closed);
        mediation.openReport(caseId, 0, 0, 0);
        eq(rounds.verdicts(), 1, "one verdict");
    }

    // --- absence ---

    function test_exit_absent_minority_loses_a_part() public {
        bytes32 caseId = drawn(3, TRUE);
        address[] memory voters = drawnOf(caseId);
        voteAll(caseId, list(TRUE, TRUE, 0));
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "verdict");
        eq(staked(voters[2]), 97.5 ether, "a quarter of the deposit");
        eq(exposed(voters[2]), 0, "covered");
        eq(rounds.spent(), 2 * FEE, "only who answered");
        checkSolvent(3);
    }

    function test_exit_everybody_absent_ends_unresolved() public {
        bytes32 caseId = drawn(3, TRUE);
        vm.warp(mediation.caseOf(caseId).revealBy + 1);
        vm.prank(stranger);
        mediation.tally(caseId);
        eq(uint256(rounds.verdict()), uint256(Verdict.Unresolved), "verdict");
        eq(rounds.spent(), 0, "spent");
        // Four fifths of three quarters of a deposit.
        eq(rounds.compensation(), 3 * 2 ether, "compensation");
        eq(locked(address(rounds)), 6 ether, "where the source can pay it");
        checkSolvent(3);
    }

    function test_exit_one_answer_of_three_is_no_quorum() public {
        bytes32 caseId = drawn(3, TRUE);
        voteAll(caseId, list(LIE, 0));
        eq(uint256(rounds.verdict()), uint256(Verdict.Unresolved), "verdict");
        eq(rounds.spent(), FEE, "who answered is paid");
        checkSolvent(3);
    }

    function test_a_committed_vote_that_is_not_revealed_is_absent() public {
        bytes32 caseId = drawn(3, TRUE);
        address[] memory voters = drawnOf(caseId);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], TRUE);
        }
        revealVote(caseId, voters[0], TRUE);
        revealVote(caseId, voters[1], TRUE);
        vm.warp(mediation.caseOf(caseId).revealBy + 1);
        mediation.tally(caseId);
        eq(staked(voters[2]), 97.5 ether, "a quarter of the deposit");
    }

    function test_too_few_answers_bring_fresh_mediators() public {
        bytes32 caseId = drawn(10, TRUE);
        uint256 first = mediation.caseOf(caseId).drawn;
        voteAll(caseId, list(TRUE, 0));
        eq(mediation.caseOf(caseId).level, 2, "level");
        uint256 second = drawCase(caseId, keccak256("again"));
        eq(second & first, 0, "asked twice");
        eq(Bits.count(second), 7, "2n + 1");
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "verdict");
        checkSolvent(10);
    }

    // --- dissent ---

    function test_one_honest_against_a_colluding_majority() public {
        bytes32 caseId = drawn(10, LIE);
        address[] memory voters = drawnOf(caseId);
        uint256 before = free(voters[2]);
        voteAll(caseId, list(LIE, LIE, TRUE));
        eq(mediation.caseOf(caseId).level, 2, "escalated");
        drawCase(caseId, keccak256("again"));
        address[] memory next = drawnOf(caseId);
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Refuted), "verdict");
        eq(staked(voters[0]), 90 ether, "a liar loses all of its deposit");
        eq(staked(voters[1]), 90 ether, "and the other");
        // The liars' 16 that need not burn pay seven fees, then up to a deposit for who dissented.
        eq(free(voters[2]), before + FEE + DEPOSIT, "honest");
        for (uint256 i = 0; i < 7; ++i) {
            eq(free(next[i]), FEE, "the next level is paid");
        }
        eq(rounds.spent(), FEE, "the payer pays the honest vote of the first level");
        eq(ledger.burnt(), 20 ether - 7 * FEE - DEPOSIT, "burnt");
        check(ledger.burnt() >= 4 ether, "a fifth");
        checkSolvent(10);
    }

    function test_a_lying_minority_pays_the_next_level_in_full() public {
        bytes32 caseId = drawn(10, TRUE);
        address[] memory voters = drawnOf(caseId);
        voteAll(caseId, list(TRUE, LIE, TRUE));
        drawCase(caseId, keccak256("again"));
        address[] memory next = drawnOf(caseId);
        voteAll(caseId, list(TRUE));
        eq(staked(voters[1]), 90 ether, "the liar");
        eq(free(voters[0]), FEE, "no bonus for a majority");
        for (uint256 i = 0; i < 7; ++i) {
            eq(free(next[i]), FEE, "paid");
        }
        eq(rounds.spent(), 2 * FEE, "spent");
        checkSolvent(10);
    }

    function test_when_the_pool_is_used_up_the_majority_decides() public {
        bytes32 caseId = drawn(5, TRUE);
        voteAll(caseId, list(LIE, LIE, TRUE));
        drawCase(caseId, keccak256("again"));
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "three of five");
        checkSolvent(5);
    }

    function test_no_majority_is_not_deterministic() public {
        bytes32 caseId = drawn(3, TRUE);
        address[] memory voters = drawnOf(caseId);
        voteAll(caseId, list(TRUE, LIE, OTHER));
        eq(uint256(rounds.verdict()), uint256(Verdict.NonDeterministic), "verdict");
        eq(rounds.spent(), 3 * FEE, "all who answered are paid");
        for (uint256 i = 0; i < 3; ++i) {
            eq(staked(voters[i]), 100 ether, "nobody is slashed");
        }
        checkSolvent(3);
    }

    function test_slashing_oneself_never_pays(uint256 seed) public {
        // Whatever three colluders vote among themselves, together they never gain more than the payer pays.
        bytes32 caseId = drawn(3, TRUE);
        bytes32[] memory votes = new bytes32[](3);
        for (uint256 i = 0; i < 3; ++i) {
            bytes32[4] memory choice = [TRUE, LIE, OTHER, bytes32(0)];
            votes[i] = choice[(seed >> (8 * i)) % 4];
        }
        voteAll(caseId, votes);
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; ++i) {
            sum += all(mediatorKey(i));
            eq(exposed(mediatorKey(i)), 0, "every reservation ends");
        }
        check(sum <= 300 ether + 3 * FEE, "colluders gained");
        check(rounds.spent() <= 3 * FEE, "the payer lost more than it locked");
        checkSolvent(3);
    }

    function test_where_nobody_is_slashed_the_fund_is_shared() public {
        bytes32 caseId = drawn(10, TRUE);
        for (uint256 level = 1; level <= 2; ++level) {
            if (level == 2) drawCase(caseId, keccak256("again"));
            bytes32[] memory votes = new bytes32[](level == 1 ? 3 : 7);
            for (uint256 i = 0; i < votes.length; ++i) {
                votes[i] = keccak256(abi.encode(level, i));
            }
            voteAll(caseId, votes);
        }
        eq(uint256(rounds.verdict()), uint256(Verdict.NonDeterministic), "verdict");
        eq(rounds.spent(), 3 * FEE, "no more than was locked");
        for (uint256 i = 0; i < 10; ++i) {
            eq(free(mediatorKey(i)), 3 * uint256(FEE) / 10, "a share each");
        }
        checkSolvent(10);
    }

    function test_any_case_ends_with_its_sums_right(uint256 seed, uint8 n, uint8 pool) public {
        n = uint8(bound(n, 1, 5));
        addMediators(bound(pool, n, 24));
        MediationTerms memory t = terms();
        t.n = n;
        bytes32 caseId = rounds.open(SUBJECT, hashOf(seed % 2 == 0 ? TRUE : LIE), t, creator);
        for (uint256 level = 1; mediation.caseOf(caseId).state == Mediation.State.Seeding; ++level) {
            check(level <= MediationRules.MAX_LEVEL + 1, "no end");
            drawCase(caseId, keccak256(abi.encode(seed, level)));
            if (mediation.caseOf(caseId).state != Mediation.State.Voting) break;
            address[] memory voters = drawnOf(caseId);
            address reporter = level % 2 == 0 ? provider : voters[0];
            bool reports = (seed >> (level + 200)) % 2 == 0;
            if (reports) reportBy(caseId, reporter, level % 3 == 0 ? LIE : TRUE);
            bytes32[] memory votes = new bytes32[](voters.length);
            for (uint256 i = 0; i < voters.length; ++i) {
                uint256 mood = uint256(keccak256(abi.encode(seed, level, i))) % 8;
                votes[i] = mood < 4 ? TRUE : mood < 6 ? LIE : mood == 6 ? OTHER : bytes32(0);
                if (votes[i] != 0) commitVote(caseId, voters[i], votes[i]);
            }
            vm.warp(mediation.caseOf(caseId).commitBy + 1);
            for (uint256 i = 0; i < voters.length; ++i) {
                if (votes[i] != 0) revealVote(caseId, voters[i], votes[i]);
            }
            if (reports && level != 4) openReportBy(caseId, reporter, level % 3 == 0 ? LIE : TRUE);
            vm.warp(mediation.caseOf(caseId).revealBy + 1);
            mediation.tally(caseId);
        }
        checkEnd(caseId, t);
    }

    function checkEnd(bytes32 caseId, MediationTerms memory t) private view {
        Mediation.Case memory c = mediation.caseOf(caseId);
        eq(uint256(c.state), uint256(Mediation.State.Closed), "closed");
        eq(rounds.verdicts(), 1, "one verdict");
        uint256 spent = rounds.spent();
        check(spent <= uint256(t.n) * t.fee, "more than was locked");
        eq(locked(creator), uint256(t.n) * t.fee - spent, "the rest stays with the payer");
        eq(locked(address(rounds)), rounds.compensation(), "compensation waits with the source");
        eq(locked(address(mediation)), 0, "nothing stays here");
        uint256 lost = 10_000 ether - staked(provider);
        uint256 reserved = exposed(provider);
        for (uint256 i = 0; i < 24; ++i) {
            if (directory.mediatorAt(uint8(i)) == address(0)) break;
            lost += 100 ether - staked(mediatorKey(i));
            reserved += exposed(mediatorKey(i));
            Mediation.Vote memory v = mediation.voteOf(caseId, uint8(i));
            if (rounds.verdict() <= Verdict.Refuted && v.step == Mediation.Step.Revealed && v.value == rounds.found()) {
                check(free(mediatorKey(i)) != 0, "who was right is paid");
            }
        }
        eq(reserved, 0, "every reservation ends");
        check(ledger.burnt() * 5 >= lost, "a fifth of what is slashed is burnt");
        checkSolvent(24);
    }

    // --- reports ---

    function reportBy(bytes32 caseId, address reporter, bytes32 digest) private {
        bytes32 c = keccak256(
            abi.encode(caseId, mediation.caseOf(caseId).level, reporter, digest, keccak256("proof"), bytes32("s"))
        );
        vm.prank(reporter);
        mediation.report(caseId, c);
    }

    function openReportBy(bytes32 caseId, address reporter, bytes32 digest) private {
        vm.prank(reporter);
        mediation.openReport(caseId, digest, keccak256("proof"), bytes32("s"));
    }

    /// Three of three collude, and one of them betrays the others.
    function betrayed() private returns (bytes32 caseId, address[] memory voters) {
        caseId = drawn(10, LIE);
        voters = drawnOf(caseId);
        reportBy(caseId, voters[0], TRUE);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], LIE);
        }
        for (uint256 i = 0; i < 3; ++i) {
            revealVote(caseId, voters[i], LIE);
        }
    }

    function test_a_traitor_breaks_a_unanimous_lie() public {
        (bytes32 caseId, address[] memory voters) = betrayed();
        // The accused cannot close the case before the report is opened.
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooEarly.selector, mediation.caseOf(caseId).revealBy));
        mediation.tally(caseId);
        openReportBy(caseId, voters[0], TRUE);
        mediation.tally(caseId);
        eq(mediation.caseOf(caseId).level, 2, "escalated");
        drawCase(caseId, keccak256("again"));
        voteAll(caseId, list(TRUE));
        eq(uint256(rounds.verdict()), uint256(Verdict.Refuted), "verdict");
        eq(staked(voters[0]), 100 ether, "the traitor is pardoned");
        eq(free(voters[0]), FEE + DEPOSIT, "and rewarded");
        eq(staked(voters[1]), 90 ether, "another colluder");
        eq(exposed(voters[0]), 0, "bond and deposit are covered");
        checkSolvent(10);
    }

    function test_a_report_that_is_never_opened_loses_its_bond() public {
        (bytes32 caseId, address[] memory voters) = betrayed();
        vm.warp(mediation.caseOf(caseId).revealBy + 1);
        mediation.tally(caseId);
        eq(uint256(rounds.verdict()), uint256(Verdict.Upheld), "nobody objected");
        eq(staked(voters[0]), 90 ether, "bond");
        checkSolvent(10);
    }

    function test_a_false_report_pays_the_arbitration() public {
        bytes32 caseId = drawn(10, TRUE);
        address[] memory voters = drawnOf(caseId);
        reportBy(caseId, provider, LIE);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], TRUE);
        }
        openReportBy(caseId, provider, LIE);
        for (uint256 i = 0; i < 3; ++i) {
            revealVote(caseId, voters[i], TRUE);
        }
        mediation.tally(caseId);
        drawCase(caseId, keccak256("again"));
        voteAll(caseId, list(TRUE));
        eq(staked(provider), 10_000 ether - DEPOSIT, "bond");
        eq(rounds.spent(), 3 * FEE, "the payer pays the first level only");
        eq(ledger.burnt(), DEPOSIT - 7 * FEE, "the rest is burnt");
        checkSolvent(10);
    }

    function test_a_report_where_nobody_lied_loses_its_bond() public {
        bytes32 caseId = drawn(10, TRUE);
        address[] memory voters = drawnOf(caseId);
        reportBy(caseId, voters[0], TRUE);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], TRUE);
        }
        openReportBy(caseId, voters[0], TRUE);
        for (uint256 i = 0; i < 3; ++i) {
            revealVote(caseId, voters[i], TRUE);
        }
        mediation.tally(caseId);
        eq(staked(voters[0]), 90 ether, "bond");
        eq(free(voters[0]), FEE, "the vote was right");
        checkSolvent(10);
    }

    function test_only_the_first_report_counts() public {
        bytes32 caseId = drawn(10, TRUE);
        reportBy(caseId, provider, LIE);
        vm.expectRevert(abi.encodeWithSelector(Mediation.AlreadyReported.selector, provider));
        vm.prank(mediatorKey(0));
        mediation.report(caseId, 0);
    }

    function test_report_needs_stake_and_comes_before_the_reveal() public {
        bytes32 caseId = drawn(10, TRUE);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientStake.selector, stranger, 0, DEPOSIT));
        vm.prank(stranger);
        mediation.report(caseId, 0);
        address[] memory voters = drawnOf(caseId);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], TRUE);
        }
        revealVote(caseId, voters[0], TRUE);
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooLate.selector, block.timestamp));
        vm.prank(provider);
        mediation.report(caseId, 0);
    }

    function test_report_reverts_after_the_commit_window() public {
        bytes32 caseId = drawn(10, TRUE);
        uint256 by = mediation.caseOf(caseId).commitBy;
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooLate.selector, by));
        vm.prank(provider);
        mediation.report(caseId, 0);
    }

    function test_openReport_reverts_for_others_and_other_words() public {
        bytes32 caseId = drawn(10, TRUE);
        reportBy(caseId, provider, LIE);
        vm.warp(mediation.caseOf(caseId).commitBy + 1);
        vm.expectRevert(abi.encodeWithSelector(Mediation.WrongReveal.selector, caseId, stranger));
        vm.prank(stranger);
        mediation.openReport(caseId, LIE, keccak256("proof"), bytes32("s"));
        vm.expectRevert(abi.encodeWithSelector(Mediation.WrongReveal.selector, caseId, provider));
        vm.prank(provider);
        mediation.openReport(caseId, TRUE, keccak256("proof"), bytes32("s"));
    }

    // --- the rule d > c + ch ---

    function test_the_least_deposit_pays_any_level_from_one_wrong_vote(uint8 n, uint16 size, uint96 fee) public pure {
        n = uint8(bound(n, 1, 255));
        size = uint16(bound(size, n, 256));
        uint256 d = MediationRules.leastDeposit(n, size, fee);
        uint256 largest = MediationRules.largestLevel(n, size);
        check(MediationRules.keepable(d) >= fee * largest, "next level");
        check(d > uint256(fee) + fee * largest, "d > c + ch");
    }

    function test_bits_select_finds_each_set_bit(uint256 word) public pure {
        uint256 rank = 0;
        for (uint256 i = 0; i < 256; ++i) {
            if (word & (1 << i) == 0) continue;
            eq(Bits.select(word, rank++), i, "select");
        }
        eq(Bits.count(word), rank, "count");
        if (word != 0) eq(Bits.lowest(word), Bits.select(word, 0), "lowest");
    }

    // --- size ---

    function test_gas_of_a_case_with_256_mediators() public {
        addMediators(256);
        MediationTerms memory t = terms();
        t.fee = 0.01 ether;
        bytes32 caseId = rounds.open(SUBJECT, hashOf(LIE), t, creator);
        // Every level dissents until nobody is left: 3, 7, 15, 31, 63, 127 and the 10 that remain.
        for (uint256 level = 1; level <= 7; ++level) {
            uint256 before = gasleft();
            drawCase(caseId, keccak256(abi.encode(level)));
            check(before - gasleft() < 14_000_000, "a draw must fit into a transaction");
            eq(mediation.caseOf(caseId).level, level, "level");
            address[] memory voters = drawnOf(caseId);
            for (uint256 i = 0; i < voters.length; ++i) {
                commitVote(caseId, voters[i], i == 0 ? LIE : TRUE);
            }
            for (uint256 i = 0; i < voters.length; ++i) {
                revealVote(caseId, voters[i], i == 0 ? LIE : TRUE);
            }
            before = gasleft();
            mediation.tally(caseId);
            check(before - gasleft() < 14_000_000, "a tally must fit into a transaction");
        }
        eq(uint256(rounds.verdict()), uint256(Verdict.Refuted), "verdict");
        for (uint256 i = 0; i < 256; ++i) {
            eq(exposed(mediatorKey(i)), 0, "every reservation ends");
        }
        checkSolvent(256);
    }
}
