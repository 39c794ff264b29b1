"""Optional prose: a language model that the reader names, held by a guard."""

from kapsim.answers.prose.errors import ModelError as ModelError
from kapsim.answers.prose.model import Model as Model, named_model as named_model
from kapsim.answers.prose.rephrase import rephrase as rephrase
from kapsim.answers.prose.vectors import embed as embed
