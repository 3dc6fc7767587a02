"""A table of a configuration file, as a frozen model."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of config.toml; an unknown key is an error, not a surprise."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False
    )
