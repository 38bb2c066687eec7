"""Presidio's analyzer with a blank tokenizer instead of a language model: pattern recognizers alone, on 5,000 answers of which
every planted one is kept. Right when every planted answer is found and no other."""

import peers_common
import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

TEXTS, PLANTED = 5_000, 50
MARK = " Please contact "
"""What only planted answers hold. It is used to know the truth, not to find them."""
tldextract.extract = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None
)  # else it would ask the network for a list


class BlankEngine(SpacyNlpEngine):
    """A tokenizer without a model."""

    def __init__(self) -> None:
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}


def analyzer() -> AnalyzerEngine:
    engine = BlankEngine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("SpacyRecognizer")
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def question(case: peers_common.Case) -> dict:
    texts = case.read(["output"])["output"]
    planted = texts[texts.str.contains(MARK, regex=False)].head(PLANTED)
    sample = [*planted, *texts.sample(TEXTS - len(planted), random_state=0)]
    engine, missed, false = analyzer(), 0, {}
    for text in sample:
        hits = engine.analyze(text=text, language="en", score_threshold=0.4)
        if MARK in text:
            missed += not hits
        else:
            for one in hits:
                false[one.entity_type] = false.get(one.entity_type, 0) + 1
    said = f"{missed} of {len(planted)} planted missed, {sum(false.values())} false hits {false or ''}"
    return {"rows": len(sample), "said": said, "right": not missed and not false}


if __name__ == "__main__":
    peers_common.main(question)
