"""Sources, parameter records and discrepancies: every number with where it is from."""

from kapsim.evidence.citation import bibtex as bibtex, reference as reference
from kapsim.evidence.covariance import covariance_matrix as covariance_matrix
from kapsim.evidence.coverage import (
    Counts as Counts,
    assumed as assumed,
    counts as counts,
    counts_by_room as counts_by_room,
    sources_of as sources_of,
    taken_from as taken_from,
)
from kapsim.evidence.csl import csl_json as csl_json
from kapsim.evidence.errors import EvidenceError as EvidenceError
from kapsim.evidence.knowledge import (
    Knowledge as Knowledge,
    knowledge as knowledge,
    load_knowledge as load_knowledge,
)
from kapsim.evidence.knowledge_schema import (
    Claim as Claim,
    Concept as Concept,
    Portrait as Portrait,
    Step as Step,
)
from kapsim.evidence.library import Library as Library, library as library, load as load
from kapsim.evidence.schema import (
    Discrepancy as Discrepancy,
    Kind as Kind,
    Parameter as Parameter,
    Prior as Prior,
    Reading as Reading,
    Source as Source,
    SourceKind as SourceKind,
    Spread as Spread,
    Strength as Strength,
)
