"""Why something could not be sent, as one sentence, and whether trying again may help."""

from __future__ import annotations

from charter.domain.vocabulary.errors import CharterError, Sentence


class NotSent(CharterError):
    """`is_final`: trying again would not help. `is_everyones`: the channel is at fault, others need not be tried;
    `is_address`: the recipient's address is at fault, and nothing else."""

    def __init__(
        self, sentence: Sentence, *, is_final: bool = False, is_everyones: bool = False, is_address: bool = False
    ) -> None:
        super().__init__(sentence)
        self.is_final, self.is_everyones = is_final, is_everyones
        self.is_address = is_address and is_final
