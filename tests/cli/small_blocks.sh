# Erase blocks of 128, 256 and 512 bytes; only an area that is too small is refused, by its name.
. ./lib.sh
old=$samples/demo-1.0.0.bin
new=$samples/demo-1.1.0.bin
quiet gen "$old" "$new" --key INSECURE-release.pem --from-version 1.0.0 --to-version 1.1.0 -o a.upd

# describe UNIT BLOCK [JOURNAL VERSION]: blocks of these two areas.
describe() {
    area() { echo "{\"blocks\": [{\"size\": $1, \"count\": $2}]}"; }
    cat >d.json <<END
{"name": "small", "product": "demo", "hardware_revision": 1, "profile": "lara-r6-01b",
 "ram_budget": 400000, "resumer": "immutable",
 "chips": [{"name": "flash", "program_unit": $1, "program_page": $1, "single_program": true}],
 "areas": {"package": $(area "$2" $((131072 / $2))), "staging": $(area "$2" $((131072 / $2))),
  "scratch": $(area "$2" 8), "journal": $(area "$2" "${3:-64}"), "version": $(area "$2" "${4:-64}")},
 "components": [{"name": "firmware", "role": "firmware", "layout": "in-place",
  "slots": [$(area "$2" $((131072 / $2)))]}]}
END
}

create() {
    rm -rf dev
    "$@" device create dev --description d.json --image firmware="$old" --version 1.0.0 \
        --trust INSECURE-release.pub.pem
}

for geometry in '512 512' '4 128' '256 256'; do
    echo "unit and block: $geometry"
    describe $geometry
    create quiet
    lines 'UUFWINSTALL: 1[0-9][0-9]$|firmware' install a.upd --device dev
done

echo "areas that are too small"
describe 4 128 7
create run
describe 4 128 8
create quiet
describe 512 512 7
create run
describe 4 128 64 3
create run
