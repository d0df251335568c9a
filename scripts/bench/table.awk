# A table: LABELS (who, label) and RAW (turn, who, metric, value), with tabs between.
# Turns above 1000 are of separate JVMs (take_turns): they count only if WHO was not measured side by side too.
# -v title=TEXT -v columns='HEADING|METRIC|WHAT|PER;...', where WHAT is what to say of the turns' values, divided by PER:
#   middle   their median
#   range    the lowest and the highest
#   x WHO    the median of the ratios to WHO's value in the same turn
#   + WHO    the median of the differences to it
#   range x WHO, range + WHO: the lowest and the highest of these
BEGIN {
    FS = "\t"
    count = split(columns, column, ";")
    for (i = 1; i <= count; i++) {
        split(column[i], part, "|")
        heading[i] = part[1]; metric[i] = part[2]; what[i] = part[3]; per[i] = part[4] ? part[4] : 1
        ranged[i] = sub(/^range ?/, "", what[i])
        width[i] = ranged[i] ? 13 : length(heading[i]) > 6 ? length(heading[i]) : 6
    }
}
FNR == NR { who[++whos] = $1; label[$1] = $2; next }
{
    if ($1 > turns) turns = $1
    value[$3, $2, $1] = $4
    if ($1 <= 1000) beside[$3, $2] = 1
}

# The turns' values of METRIC for W, against those for BASE if there is one, in order, in "sorted". Returns how many.
function gather(metric, w, per, sign, base,    t, n, i, v) {
    for (t = 1; t <= turns; t++) {
        if (t > 1000 && (metric, w) in beside) break
        if (!((metric, w, t) in value) || sign && !((metric, base, t) in value)) continue
        v = value[metric, w, t]
        if (sign == "x" && value[metric, base, t] == 0) continue
        if (sign == "x") v /= value[metric, base, t]
        if (sign == "+") v -= value[metric, base, t]
        if (sign != "x") v /= per
        for (i = n++; i > 0 && sorted[i] > v; i--) sorted[i + 1] = sorted[i]
        sorted[i + 1] = v
    }
    return n
}
function figure(v) { return sprintf(v < 9.995 ? "%.2f" : v < 999.5 ? "%.1f" : "%.0f", v) }
function cell(i, w,    sign, n) {
    sign = what[i] ~ /^[x+] / ? substr(what[i], 1, 1) : ""
    n = gather(metric[i], w, per[i], sign, substr(what[i], 3))
    if (!n) return "-"
    if (ranged[i]) return figure(sorted[1]) "-" figure(sorted[n])
    return figure(n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2)
}

END {
    head = sprintf("%-32s", title)
    for (i = 1; i <= count; i++) head = head sprintf(" %" width[i] "s", heading[i])
    for (r = 1; r <= whos; r++) {
        row = ""
        for (i = 1; i <= count; i++) row = row sprintf(" %" width[i] "s", cell(i, who[r]))
        if (row !~ /[0-9]/) continue
        if (head) print head
        head = ""
        printf "%-32s%s\n", label[who[r]], row
    }
    # No table without measurements; an empty line follows each.
    if (!head) print ""
}
