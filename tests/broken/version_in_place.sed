# The version record in force is overwritten.
s/\(old\.block \+ 1u\) % blocks/old.block % blocks/
