# Prints the frames of each task that calls clone or clone3 in a process: gdb --nx --batch -p PID -x clones.py.
# A line a call, innermost frame first: TRUTH TID FRAME FRAME ..., a frame as PATH+0xPLACE in the file, or as 0xADDRESS
# outside any file.
import gdb

for setting in (
    "pagination off",
    "confirm off",
    "debuginfod enabled off",
    "backtrace limit 64",
    "backtrace past-main on",
    "print thread-events off",
):
    try:
        gdb.execute("set " + setting)
    except gdb.error:
        pass  # this gdb has no such setting
gdb.execute("handle all nostop noprint pass", to_string=True)
gdb.execute("catch syscall 56 435", to_string=True)  # x86-64's clone and clone3
pid = gdb.selected_inferior().pid


def place(maps, pc):
    for start, end, offset, path in maps:
        if start <= pc < end:
            return "%s+0x%x" % (path, pc - start + offset)
    return "0x%x" % pc


def frames():
    maps = []
    with open("/proc/%d/maps" % pid) as lines:
        for line in lines:
            words = line.split(None, 5)
            if len(words) == 6 and words[5].startswith("/"):
                start, end = (int(word, 16) for word in words[0].split("-"))
                maps.append((start, end, int(words[2], 16), words[5].strip().replace(" (deleted)", "")))
    frame, found = gdb.newest_frame(), []
    while frame is not None:
        if frame.type() != gdb.INLINE_FRAME:
            found.append(place(maps, frame.pc()))
        try:
            frame = frame.older()
        except gdb.error:
            break  # no memory there: beyond the native frames
    return found


print("CATCHING", flush=True)
while True:
    try:
        gdb.execute("continue", to_string=True)
        if not gdb.selected_inferior().pid:
            break
        # -ENOSYS: the call begins; otherwise it returns.
        if int(gdb.parse_and_eval("$rax")) == -38:
            print("TRUTH %d %s" % (gdb.selected_thread().ptid[1], " ".join(frames())), flush=True)
    except gdb.error:
        break  # the process has ended
