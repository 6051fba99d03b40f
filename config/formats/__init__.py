"""How the pages of Django write times: like all others."""
