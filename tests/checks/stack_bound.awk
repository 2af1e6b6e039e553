# The deepest stack that a function of ours can need, from direct calls and frame sizes.
#
# Input: the compiler's .su files (file:line:function  bytes  kind), then the output of
# `readelf -srW` over the objects, which were compiled with -ffunction-sections so that each
# relocation tells its caller. A call through a pointer reaches, at worst, the deepest function
# whose address is taken; the installer nests two of them (codec, then the input it reads). The parts
# of `trial` are called by boot and commit alone, those of `undo` by them and by apply; undo's visitors by
# its own walk, the rows of the table of states by two functions of install. Parts that are called at one
# place are as if they were called by name: see parts().
#
# Output: one number, bytes; the device's ports are not in it.

FILENAME ~ /\.su$/ {
    n = split($1, part, ":")
    frame[FILENAME_key(FILENAME) "/" part[n]] = $2
    next
}

function FILENAME_key(path) {
    sub(/.*\//, "", path)
    sub(/\.(su|o)$/, "", path)
    return path
}

/^File: / { object = FILENAME_key($2); next }

# A relocation section names its function; exception tables and data do not count as calls.
/^Relocation section / {
    from = ""
    if (match($0, /'\.rel\.text\.[A-Za-z0-9_]+'/))
        from = object "/" substr($0, RSTART + 11, RLENGTH - 12)
    next
}
/ R_ARM_(THM_CALL|THM_JUMP24|CALL|JUMP24) / && from != "" { calls[from] = calls[from] " " $5; next }
/ R_ARM_(ABS32|REL32|THM_MOVW_ABS_NC|THM_MOVW_PREL_NC) / { taken[object "/" $5] = 1; next }

$4 == "FUNC" && $7 != "UND" && $5 == "GLOBAL" { global[$8] = object "/" $8 }

function resolve(object_name, name) {
    if ((object_name "/" name) in frame)
        return object_name "/" name
    return name in global ? global[name] : ""
}

# Calls of parts through the description: from where, and what.
function parts(    f) {
    calls["rehearse/fwd_rehearse"] = calls["rehearse/fwd_rehearse"] " certified/fits"
    calls["boot/fwd_boot_decide"] = calls["boot/fwd_boot_decide"] " doubt/no_doubt"
    calls["journal/fwd_journal_scan"] = calls["journal/fwd_journal_scan"] " doubt/right"
    calls["journal/fwd_journal_program"] = calls["journal/fwd_journal_program"] " doubt/seal"
    f = "session_record/fwd_session_seal_version"
    calls[f] = calls[f] " doubt/seal_version"
    for (f in frame)
        if (f ~ /^start_test\/(run_test|test_pinned|check_pinned|fwd_start_test_(record|retained|package))/)
            calls[f] = calls[f] " pinned/check"
}

function depth(f,    list, n, i, callee, d, most, own) {
    if (f in known)
        return known[f]
    if (f in open) {
        print "stack_bound: " f " calls itself" > "/dev/stderr"
        exit 1
    }
    open[f] = 1
    own = f
    sub(/\/.*/, "", own)
    n = split(calls[f], list, " ")
    most = 0
    for (i = 1; i <= n; i++) {
        callee = list[i] in frame ? list[i] : resolve(own, list[i])
        if (callee != "" && (d = depth(callee)) > most)
            most = d
    }
    delete open[f]
    return known[f] = frame[f] + most
}

END {
    parts()
    for (f in frame)
        if ((d = depth(f)) > deepest)
            deepest = d
    for (f in frame)
        if (f ~ /^install\// && frame[f] > install)
            install = frame[f]
    for (t in taken) {
        own = t
        sub(/\/.*/, "", own)
        name = t
        sub(/.*\//, "", name)
        callee = resolve(own, name)
        if (callee == "")
            continue
        if (own == "states_table") {
            if (depth(callee) + 2 * install > deepest)
                deepest = depth(callee) + 2 * install
        } else if (own == "trial" && depth(callee) > trial)
            trial = depth(callee)
        else if (own == "undo" && name ~ /^(proves|restore)$/ && depth(callee) > back)
            back = depth(callee)
        else if (own == "undo" && name ~ /^(fwd_undo_keep|find)$/ && depth(callee) > keep)
            keep = depth(callee)
        else if (own ~ /^undo/ && depth(callee) > visitor)
            visitor = depth(callee)
        else if (own !~ /^(trial|undo|certified|doubt|pinned)/ && depth(callee) > indirect)
            indirect = depth(callee)
    }
    for (f in frame)
        if (f ~ /^(boot|commit)\// && depth(f) > caller)
            caller = depth(f)
    for (f in frame)
        if (f ~ /^apply\// && depth(f) > action)
            action = depth(f)
    trial += caller + back + visitor
    action += keep > visitor ? keep : visitor
    if (chain == "") {
        most = deepest + 2 * indirect
        most = trial > most ? trial : most
        print (action > most ? action : most)
        exit
    }
    # -v chain="a,b c d": what a or b need, then c, then d, each called through a pointer
    groups = split(chain, group, " ")
    for (g = 1; g <= groups; g++) {
        names = split(group[g], one, ",")
        most = 0
        for (i = 1; i <= names; i++)
            if (one[i] in global && (d = depth(global[one[i]])) > most)
                most = d
        total += most
    }
    print total
}
