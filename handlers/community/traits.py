"""What words say about who uses them, by the traits of the configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.config import Config
from bot.config.community import TraitSettings
from knowledge.classifier import Classifier
from knowledge.matcher import Matcher, matcher_for


@dataclass(frozen=True, slots=True)
class Traits:
    """Finds traits and talk of giveaways in what people say."""

    traits: Sequence[TraitSettings]
    numbers: dict[str, list[int]]  # which traits a word speaks for; -1: it is about a giveaway
    words: Sequence[str]
    matcher: Matcher
    classifier: Classifier

    @classmethod
    def of(cls, config: Config, classifier: Classifier) -> Self:
        """Compile the words of a configuration; texts are read as the classifier reads them."""
        normal = classifier.normal
        numbers: dict[str, list[int]] = {}
        for number, trait in enumerate(config.traits):
            for word in trait.words:
                numbers.setdefault(normal(word), []).append(number)
        for gift in config.giveaways:
            for word in gift.words:
                numbers.setdefault(normal(word), []).append(-1)
        numbers.pop("", None)
        words = list(numbers)
        return cls(config.traits, numbers, words, matcher_for(words), classifier)

    def found(self, text: str) -> tuple[list[TraitSettings], bool]:
        """Name the traits that a text speaks for, and say whether it is about a giveaway."""
        if not self.words:
            return [], False
        normal = self.classifier.normal(text)
        numbers: set[int] = set()
        for start, _, word in self.matcher.find(normal):
            if not self.classifier.denied(normal, start):
                numbers.update(self.numbers[self.words[word]])
        traits = [self.traits[number] for number in sorted(numbers - {-1})]
        meant = [t for t in traits if not any(word in normal for word in t.none)]
        return meant, -1 in numbers
