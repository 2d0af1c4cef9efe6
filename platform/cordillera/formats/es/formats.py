"""Spanish as Mexico writes it: 22,400.5 (Spain, which Django follows, writes 22 400,5)."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
