"""Language services: texts made from texts, each only a proposal that names its source."""
