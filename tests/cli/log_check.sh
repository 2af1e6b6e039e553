# The host rules H1..H18, applied to logs.
. ./lib.sh
cat >good.log <<'END'
# a host that updates by +UDWNFILE
0.0 > ATI
0.1 < Model: SARA-R410M-02B
0.1 < OK
1.0 > AT+UDWNFILE=,12300,"FOAT"
17.0 < >
30.0 < OK
31.0 > AT+UFWINSTALL
31.1 < OK
40.0 > AT
400.0 > AT
400.0 < OK
401.0 > AT+CGMR
401.0 < L0.0.00.00.05.07
401.0 < OK
END
sed -e '/CGMR/,$d' -e 's/^40.0 > AT$/40.0 > AT+CFUN=15/' good.log >bad.log
cat >module.json <<'END'
{"t":0,"event":"power","state":"on","profile":"sara-r5","version":"1.0.0"}
{"t":1,"event":"in","port":"uart","line":"AT+UFTPC=100,\"/fw\""}
{"t":2,"event":"out","port":"uart","line":"OK"}
{"t":3,"event":"in","port":"uart","line":"AT+USODL=0"}
END
run module log-check good.log
run module log-check bad.log
run module log-check bad.log --json
run module log-check bad.log --profile telit-pfm
run module log-check module.json
run module log-check bad.log --profile nokia
run module log-check missing.log
run module log-check
echo 'hello' >text
echo 'world' >>text
run module log-check text
