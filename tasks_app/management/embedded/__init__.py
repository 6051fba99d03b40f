"""Everything on one machine with nothing installed: what `manage.py run` is made of."""
