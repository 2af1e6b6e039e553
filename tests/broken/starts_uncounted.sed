# Starts without progress are not counted.
s/\+\+\*count;/*count = 0;/
