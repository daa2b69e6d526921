"""Eligibility (资格): which requirements (基本条件) an applicant meets, and what is still open about them."""

from functools import cached_property

from attrs import frozen

from zhunsheng.compiler.engine.bounds import every, truth, undecided_facts
from zhunsheng.compiler.engine.engine import Scoring
from zhunsheng.compiler.engine.judgement import judged_facts


@frozen(slots=False)
class Eligibility:
    """The requirements of a scoring; they read all values that are known, whether or not scoring does."""

    scoring: Scoring

    @cached_property
    def states(self) -> tuple[bool | None, ...]:
        """Per requirement, whether it holds; None where a missing fact leaves it open."""
        values = self.scoring.derivation.values
        failures = [truth(requirement.failure, values) for requirement in self.scoring.program.requirements]
        return tuple(None if failed is None else not failed for failed in failures)

    @cached_property
    def eligible(self) -> bool | None:
        """Whether all binding requirements hold; None where missing facts leave that open."""
        pairs = zip(self.scoring.program.requirements, self.states, strict=True)
        return every(state for requirement, state in pairs if requirement.binding)

    @cached_property
    def rests_on_judgement(self) -> bool:
        """Whether it is judgement (评判、评分) that decides: without it, the other facts leave eligibility open."""
        if self.eligible is None:
            return False
        return self._unjudged.eligible is not self.eligible

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """The binding requirements that judgement decides: without it, they would be open."""
        cases = zip(self.scoring.program.requirements, self.states, self._unjudged.states, strict=True)
        return tuple(
            own.id for own, state, bare in cases if own.binding and state is not None and bare is None
        )

    @cached_property
    def _unjudged(self) -> "Eligibility":
        """The same where nothing that assessors judged is known."""
        return Eligibility(self.scoring.otherwise(dict.fromkeys(judged_facts(self.scoring))))

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The missing facts of binding requirements that are still open, in their order."""
        if self.eligible is not None:
            return ()
        pairs = zip(self.scoring.program.requirements, self.states, strict=True)
        still = [requirement for requirement, state in pairs if requirement.binding and state is None]
        values = self.scoring.derivation.values
        return tuple(dict.fromkeys(name for r in still for name in undecided_facts(r.failure, values)))
