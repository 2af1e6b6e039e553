#!/bin/sh
# Names the top folders of the product in the current folder: all but those of tests and examples.
for folder in */; do
    case $folder in
    build*/ | tests/ | bench/ | samples/ | cmake/) ;;
    *) echo "${folder%/}" ;;
    esac
done
