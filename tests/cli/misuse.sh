# What makes no sense is refused with one sentence on standard error and status 2.
. ./lib.sh
small_images
key=INSECURE-release.pem

run keygen
run keygen -o a.pem -o b.pem
run keygen -o a.pem --alg rsa1024
run keygen -o
run keygen -o a.pem --nonsense
run keygen -o a.pem -x
run keygen -o a.pem --force=1
run keygen -o a.pem extra
run gen
run gen old.bin --key $key
run gen old.bin new.bin --key $key --key ./$key
run gen old.bin new.bin
run gen old.bin new.bin new.bin --key $key
run gen old.bin new.bin --key $key --unsigned
run gen old.bin new.bin --key $key --codec zip
run gen old.bin new.bin --key $key --counter 4294967296
run gen old.bin new.bin --key $key --counter -1
run gen old.bin new.bin --key $key --hardware 4-1
run gen old.bin new.bin --key $key --jobs 0
run gen old.bin new.bin --key $key --name 'two words'
run gen old.bin new.bin --key $key --role pilot
run gen old.bin new.bin --key $key --component boot=only
run gen old.bin new.bin --key $key --component boot,colour=red=old.bin:new.bin
run gen old.bin new.bin --key $key --component firmware=old.bin:new.bin
run gen old.bin new.bin --key $key --full --codec bsdiff-xz
run gen old.bin new.bin --key $key --to-version "$(printf '%070d' 1)"
run gen old.bin new.bin --key $key --key $key --key $key --key $key --key $key
run tbs old.bin
run sign old.bin
run attach old.bin --sig new.bin
run inspect
run inspect a b
run inspect a --bytes --json
run verify old.bin
run verify old.bin --trust INSECURE-release.pub.pem --threshold 5
run verify old.bin --trust INSECURE-release.pub.pem --command both
run verify old.bin --trust INSECURE-release.pub.pem --profile sara-r9
run device
run device create
run device make dev
run device create dev
run device create dev --description a.json --json
run device create dev --description a.json --image firmware
run device create dev --description a.json --version 1.0
run device show dev firmware
run device dump dev firmware
run install old.bin
run install old.bin --device dev --cut 0
run install old.bin --device dev --cut soon
run install old.bin --device dev --command both
run boot
run explain 128 129
echo "left behind:"
ls | grep -v -e INSECURE -e lib.sh -e misuse.sh
