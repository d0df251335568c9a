import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Judge RAW: compares what the checks of battery.sh left below RAW/ROW/CAPABILITY with truth from outside clonetrace: the programs' own
 * prints, HotSpot's log, an outer strace. Prints a line for each cell: row, capability, works|refused|FAILED|not testable, detail,
 * separated by tabs. Judge --table FOLDER...: prints the cells of many platforms as Markdown. Judge --page PAGE FOLDER...: the same, with
 * what such a table in PAGE says of others.
 */
public final class Judge {
    private static final List<String> CAPABILITIES = List.of(
            "ebpf", "tracefs", "ptrace", "strace", "user", "run", "attach", "trace-ebpf", "trace-tracefs", "trace-ptrace", "stacks",
            "jvm-stacks", "limits", "doctor", "tests");

    /** Why a cell does not hold. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String why) {
            super(why);
        }
    }

    public static void main(String[] words) throws Exception {
        if (words[0].equals("--table")) {
            table(null, Arrays.stream(words).skip(1).map(Path::of).toList());
            return;
        }
        if (words[0].equals("--page")) {
            table(Path.of(words[1]), Arrays.stream(words).skip(2).map(Path::of).toList());
            return;
        }
        for (Path row : folders(Path.of(words[0]))) {
            Map<String, String> cells = new LinkedHashMap<>();
            List<Path> checks = new ArrayList<>(folders(row));
            checks.sort((a, b) -> Integer.compare(place(a), place(b)));
            for (Path check : checks) {
                String again = text(check, "again").strip();
                String cell = cell(check, cells) + (again.isEmpty() ? "" : "; " + again);
                cells.put(check.getFileName().toString(), cell);
                System.out.println(row.getFileName() + "\t" + check.getFileName() + "\t" + cell);
            }
        }
    }

    private static int place(Path check) {
        int place = CAPABILITIES.indexOf(check.getFileName().toString());
        return place < 0 ? CAPABILITIES.size() : place;
    }

    private static List<Path> folders(Path in) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static String cell(Path check, Map<String, String> cells) throws IOException {
        if (Files.exists(check.resolve("untestable"))) {
            return "not testable\t" + line(text(check, "untestable"));
        }
        try {
            String judge = text(check, "judge").strip();
            return "works\t" + switch (judge) {
                case "agent", "attach", "run" -> recording(check, judge);
                case "trace" -> trace(check);
                case "stacks" -> stacks(check);
                case "jvm-stacks" -> jvmStacks(check);
                case "limits" -> limits(check);
                case "doctor" -> doctor(check, cells);
                case "tests" -> tests(check);
                default -> throw new Wrong("no judge " + judge);
            };
        } catch (Wrong | IOException e) {
            String refusal = text(check, "refusal").strip();
            List<String> said = said(check);
            for (String line : said) {
                if (!refusal.isEmpty() && Pattern.compile(refusal).matcher(line).find()) {
                    return "refused\t" + line;
                }
            }
            return "FAILED\t" + line(e.getMessage()) + (said.isEmpty() ? "" : "; it said: " + said.get(0));
        }
    }

    private static List<String> said(Path check) throws IOException {
        return Stream.of(text(check, "stderr"), text(check, "attach"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("clonetrace: "))
                .map(Judge::line)
                .toList();
    }

    private static String text(Path check, String name) throws IOException {
        Path file = check.resolve(name);
        return Files.exists(file) ? new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1) : "";
    }

    private static String line(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    private static void require(boolean holds, String otherwise) throws Wrong {
        if (!holds) {
            throw new Wrong(otherwise);
        }
    }

    /** Each thread and process that Makes printed has one Clone event with its tid, and HotSpot's log has the tls. */
    private static String recording(Path check, String judge) throws IOException, Wrong {
        Map<String, Long> made = new TreeMap<>();
        Set<Long> processes = new HashSet<>();
        String round = judge.equals("attach") ? "made-1-" : "made-";
        boolean first = true;
        for (String line : text(check, "stdout").lines().toList()) {
            String[] words = line.split(" ");
            if (words[0].equals("made") && words[1].startsWith(round)) {
                made.put(words[1], Long.parseLong(words[2]));
            } else if (words[0].equals("process") && first) {
                processes.add(Long.parseLong(words[1]));
            } else if (words[0].equals("done")) {
                first = false;
            }
        }
        require(made.size() == 23 && processes.size() == 3, "the program made " + made.size() + " threads, " + processes.size() + " processes; exit status " + text(check, "rc").strip());
        Path file = check.resolve("rec.jfr");
        require(Files.exists(file) && Files.size(file) > 0, "no recording");
        Map<Long, RecordedEvent> clones = new HashMap<>();
        Map<String, Integer> kinds = new TreeMap<>();
        Set<String> sources = new LinkedHashSet<>();
        int starts = 0;
        String status = "";
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            switch (event.getEventType().getName()) {
                case "clonetrace.Clone" -> {
                    if (event.getString("error") == null) {
                        String kind = event.getString("kind");
                        kinds.merge(kind == null ? "" : kind, 1, Integer::sum);
                        sources.add(event.getString("source"));
                        clones.put(event.getLong("childTid"), event);
                    }
                }
                case "clonetrace.ThreadStart" -> starts += String.valueOf(event.getString("childName")).startsWith("made-") ? 1 : 0;
                case "clonetrace.SourceStatus" -> {
                    if (event.getLong("lost") > 0 && !event.getString("source").equals("stacks")) {
                        status = event.getString("source") + " lost " + event.getLong("lost");
                    }
                }
                default -> {}
            }
        }
        require(!clones.isEmpty(), "no clone recorded");
        Map<Long, Long> pthreads = new HashMap<>();
        Matcher alive = Pattern.compile("Thread is alive \\(tid: (\\d+), pthread id: (\\d+)\\)").matcher(text(check, "os.log"));
        while (alive.find()) {
            pthreads.put(Long.parseLong(alive.group(1)), Long.parseLong(alive.group(2)));
        }
        require(!pthreads.isEmpty(), "HotSpot logged no thread");
        for (Map.Entry<String, Long> thread : made.entrySet()) {
            RecordedEvent clone = clones.get(thread.getValue());
            require(clone != null, "no clone of " + thread.getKey());
            require("java".equals(clone.getString("kind")), thread.getKey() + " has the kind " + clone.getString("kind"));
            require(thread.getKey().equals(clone.getString("childName")), thread.getKey() + " is named " + clone.getString("childName"));
        }
        for (RecordedEvent clone : clones.values()) {
            String name = String.valueOf(clone.getString("childName"));
            require(!judge.equals("attach") || !name.startsWith("made-2-"), name + " was made after the detach");
        }
        for (long process : processes) {
            require(clones.containsKey(process), "no clone of process " + process);
            require("process".equals(clones.get(process).getString("kind")), "process " + process + " has the kind " + clones.get(process).getString("kind"));
        }
        Set<Long> differences = new HashSet<>();
        int compared = 0;
        for (Map.Entry<Long, RecordedEvent> clone : clones.entrySet()) {
            Long pthread = pthreads.get(clone.getKey());
            if (pthread != null && clone.getValue().getLong("tls") != -1) {
                differences.add(clone.getValue().getLong("tls") - pthread);
                compared++;
            }
        }
        // On aarch64 tls is not pthread_t; their difference is a constant of the libc.
        require(differences.size() <= 1, "tls differs from the pthread ids in " + differences.size() + " ways");
        require(starts == 23, starts + " ThreadStart events of 23");
        require(status.isEmpty(), status);
        if (judge.equals("run")) {
            for (long tid : pthreads.keySet()) {
                require(clones.containsKey(tid), "thread " + tid + " of HotSpot's log has no clone");
            }
        }
        // A task that ended before it could be examined has none, and tracefs, which reports no tls, knows no start routine.
        int unknown = kinds.getOrDefault("", 0);
        kinds.remove("");
        require(sources.contains("tracefs") || unknown < 3, unknown + " clones have no kind");
        return String.join(", ", sources) + ": " + clones.size() + " clones " + kinds + (unknown == 0 ? "" : ", " + unknown + " without a kind") + (compared == 0 ? "" : ", " + compared + " tids and tls as HotSpot logged them");
    }

    private static final Pattern CALL = Pattern.compile("^(\\d+)\\s+(?:[\\d.]+\\s+)?(clone3?|v?fork|task_newtask)\\((.*)= (\\d+)$");

    /** The clone calls of a trace in strace's format, by child. Calls that strace split in two are joined. */
    private static Map<Long, Map<String, String>> calls(String trace) {
        Map<Long, Map<String, String>> calls = new TreeMap<>();
        Map<String, String> unfinished = new HashMap<>();
        for (String line : trace.lines().toList()) {
            String pid = line.split("\\s", 2)[0];
            if (line.contains("<unfinished")) {
                unfinished.put(pid, line.substring(0, line.indexOf("<unfinished")));
                continue;
            }
            if (line.contains(" resumed>")) {
                line = unfinished.getOrDefault(pid, "") + line.substring(line.indexOf(" resumed>") + 9);
            }
            Matcher call = CALL.matcher(line.strip());
            if (!call.matches()) {
                continue;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("parent", call.group(1));
            fields.put("syscall", call.group(2));
            Matcher flags = Pattern.compile("flags=([A-Z0-9_|a-z]+)").matcher(call.group(3));
            if (flags.find()) {
                Set<String> names = new java.util.TreeSet<>(List.of(flags.group(1).split("\\|")));
                // strace has the exit signal of clone among its flags, and clonetrace of clone3 in a field of its own.
                names.removeIf(name -> name.equals("0") || name.startsWith("SIG"));
                fields.put("flags", String.join("|", names));
            }
            for (String[] field : new String[][] {{"stack", "\\b(?:child_stack|stack)=(0x[0-9a-f]+)"}, {"stack_size", "stack_size=(0x[0-9a-f]+)"}, {"tls", "\\btls=(0x[0-9a-f]+)"}}) {
                Matcher value = Pattern.compile(field[1]).matcher(call.group(3));
                if (value.find()) {
                    fields.put(field[0], value.group(1));
                }
            }
            calls.put(Long.parseLong(call.group(4)), fields);
        }
        return calls;
    }

    /** Field by field: each line against the outer strace's of the same child, and against what the programs printed of themselves. */
    private static String trace(Path check) throws IOException, Wrong {
        Map<Long, Map<String, String>> seen = calls(text(check, "trace"));
        Map<Long, Map<String, String>> outer = calls(text(check, "outer"));
        int fields = 0;
        for (Map.Entry<Long, Map<String, String>> truth : outer.entrySet()) {
            Map<String, String> line = seen.get(truth.getKey());
            require(line != null, "strace saw a clone of " + truth.getKey() + " that the trace has not");
            for (String field : truth.getValue().keySet()) {
                if (line.containsKey(field) && !line.get("syscall").equals("task_newtask") || line.containsKey(field) && !field.equals("syscall")) {
                    require(line.get(field).equals(truth.getValue().get(field)), field + " is " + line.get(field) + ", strace has " + truth.getValue().get(field));
                    fields++;
                }
            }
        }
        int programs = 0;
        for (String said : text(check, "stdout").lines().filter(l -> l.startsWith("clonetrace program=")).toList()) {
            Map<String, String> truth = new HashMap<>();
            for (String word : said.split(" ")) {
                if (word.contains("=")) {
                    truth.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
                }
            }
            Map<String, String> line = seen.get(Long.parseLong(truth.get("child")));
            require(line != null, truth.get("program") + "'s clone is not in the trace");
            require(line.get("parent").equals(truth.get("parent")), truth.get("program") + ": parent is " + line.get("parent") + ", the program says " + truth.get("parent"));
            if (line.containsKey("tls") && truth.getOrDefault("tls", "").startsWith("0x") && truth.get("syscall").startsWith("clone")) {
                require(line.get("tls").equals(truth.get("tls")), truth.get("program") + ": tls is " + line.get("tls") + ", the program says " + truth.get("tls"));
            }
            programs++;
        }
        require(programs == 4, programs + " of 4 programs ran");
        return programs + " programs as they said" + (outer.isEmpty() ? "" : ", " + outer.size() + " clones, " + fields + " fields as strace saw them");
    }

    private static Map<Long, Map<String, Long>> json(Path check) throws IOException {
        Map<Long, Map<String, Long>> threads = new TreeMap<>();
        for (String object : text(check, "stacks.json").split("\\}")) {
            Map<String, Long> fields = new HashMap<>();
            Matcher number = Pattern.compile("\"(\\w+)\": (-?\\d+)").matcher(object);
            while (number.find()) {
                fields.put(number.group(1), Long.parseLong(number.group(2)));
            }
            if (fields.containsKey("tid")) {
                threads.put(fields.get("tid"), fields);
            }
        }
        return threads;
    }

    private static String stacks(Path check) throws IOException, Wrong {
        Map<Long, Map<String, Long>> seen = json(check);
        int threads = 0;
        int unknown = 0;
        for (String said : text(check, "stdout").lines().filter(l -> l.startsWith("held ")).toList()) {
            Map<String, Long> truth = new HashMap<>();
            for (String word : said.substring(5).split(" ")) {
                truth.put(word.split("=")[0], Long.parseLong(word.split("=")[1]));
            }
            Map<String, Long> stack = seen.get(truth.get("tid"));
            require(stack != null, "no stack of " + truth.get("tid"));
            threads++;
            if (stack.get("base") == -1) {
                unknown++;
                continue;
            }
            require(stack.get("base") == truth.get("lowest") + truth.get("size"), "a base differs from pthread_getattr_np's");
            // glibc rounds a guard up to a page, and reports the size that was asked for.
            require(stack.get("guard") >= truth.get("guard") && stack.get("guard") < truth.get("guard") + 65536, "guard " + stack.get("guard") + ", pthread_getattr_np: " + truth.get("guard"));
            require(Math.abs(stack.get("reserved") - truth.get("size") - stack.get("guard")) < 65536, "reserved " + stack.get("reserved") + ", pthread_getattr_np: " + truth.get("size") + " and the guard");
            // The kernel touches a whole huge page where a thread touched a part of it.
            long over = stack.get("huge") > 0 ? 2 << 20 : 65536;
            require(stack.get("depth") >= truth.get("touched") && stack.get("depth") < truth.get("touched") + over, "depth " + stack.get("depth") + " where " + truth.get("touched") + " was used");
        }
        require(threads == 7, threads + " of 7 threads");
        require(unknown == 0, unknown + " of 7 stacks not located");
        return "7 stacks as pthread_getattr_np has them";
    }

    private static String jvmStacks(Path check) throws IOException, Wrong {
        Map<Long, Map<String, Long>> seen = json(check);
        int threads = 0;
        int unknown = 0;
        Matcher said = Pattern.compile("Thread (\\d+) stack dimensions: 0x([0-9a-f]+)-0x([0-9a-f]+)").matcher(text(check, "os.log"));
        while (said.find()) {
            Map<String, Long> stack = seen.get(Long.parseLong(said.group(1)));
            if (stack == null) {
                continue; // it has ended
            }
            threads++;
            if (stack.get("base") == -1) {
                unknown++;
            } else {
                require(stack.get("base") == Long.parseUnsignedLong(said.group(3), 16), "a base differs from HotSpot's log");
            }
        }
        require(threads > 0, "HotSpot logged no stack");
        require(unknown == 0, unknown + " of " + threads + " stacks not located");
        return threads + " bases as HotSpot logged them";
    }

    private static String limits(Path check) throws IOException, Wrong {
        String[] limit = text(check, "limit").strip().split(" ");
        long refused = text(check, "stdout").lines().filter(l -> l.startsWith("refused ")).count();
        require(refused > 0, "no thread was refused");
        require(Files.exists(check.resolve("rec.jfr")), "no recording");
        int failed = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(check.resolve("rec.jfr"))) {
            if (event.getEventType().getName().equals("clonetrace.ThreadStartFailed")) {
                failed++;
                require(limit[0].equals(event.getString("limit")) && event.getLong("max") == Long.parseLong(limit[1]), "names " + event.getString("limit") + " of " + event.getLong("max") + ", not " + limit[0] + " of " + limit[1]);
            }
        }
        require(failed == refused, failed + " ThreadStartFailed events, " + refused + " refused");
        return failed + " refusals by " + limit[0] + " of " + limit[1];
    }

    /** What the doctor says of a source must be what the other checks of the same row showed. */
    private static String doctor(Path check, Map<String, String> cells) throws IOException, Wrong {
        int compared = 0;
        String said = text(check, "stdout");
        require(said.contains("\nsources\n"), "no answer");
        said = said.substring(said.indexOf("\nsources\n"));
        for (String source : List.of("ebpf", "tracefs", "ptrace", "strace")) {
            Matcher row = Pattern.compile("(?m)^  " + source + " +(yes|no|-)").matcher(said);
            String cell = cells.getOrDefault(source, cells.get("trace-" + source));
            if (cell == null || cell.startsWith("FAILED") || cell.startsWith("not")) {
                continue;
            }
            require(row.find(), "says nothing of " + source);
            require(row.group(1).equals("yes") == cell.startsWith("works"), "says " + row.group(1) + " of " + source + ", which " + cell.split("\t")[0]);
            compared++;
        }
        require(compared > 0, "nothing to compare with");
        return "right of " + compared + " sources";
    }

    /** JUnit's own summary: every test of the selection passed, or says why it does not apply. */
    private static String tests(Path check) throws IOException, Wrong {
        String said = text(check, "stdout");
        Map<String, Integer> counts = new HashMap<>();
        Matcher count = Pattern.compile("\\[ +(\\d+) tests (\\w+) +\\]").matcher(said);
        while (count.find()) {
            counts.put(count.group(2), Integer.parseInt(count.group(1)));
        }
        require(!counts.isEmpty(), "no summary; exit status " + text(check, "rc").strip());
        Matcher failure = Pattern.compile("(?m)^ +=> (.*)$").matcher(said);
        require(counts.get("failed") == 0, counts.get("failed") + " of " + counts.get("found") + " integration tests failed" + (failure.find() ? ": " + failure.group(1) : ""));
        require(counts.get("successful") > 0, "no integration test ran");
        int skipped = counts.get("found") - counts.get("successful");
        return counts.get("successful") + " integration tests passed" + (skipped == 0 ? "" : ", " + skipped + " skipped");
    }

    /** What the page has of a row: its facts, and of each capability the verdict and what was seen. */
    private record Row(Map<String, String> facts, Map<String, String[]> cells) {
        Row() {
            this(new LinkedHashMap<>(), new LinkedHashMap<>());
        }
    }

    private static final List<String> FACTS = List.of("kernel", "page", "glibc", "jdk", "date", "commit", "minutes");

    /** Adds the rows of a platform that was run here; of one whose checks were run one by one, only their cells. */
    private static void add(Path platform, Map<String, Row> rows) throws IOException {
        boolean whole = Files.exists(platform.resolve("minutes"));
        Map<String, Row> seen = new LinkedHashMap<>();
        for (String cell : Files.readAllLines(platform.resolve("cells"))) {
            String[] words = cell.split("\t", 4);
            seen.computeIfAbsent(words[0], key -> new Row()).cells.put(words[1], new String[] {words[2], words.length > 3 ? words[3].replace("|", "\\|") : ""});
        }
        for (Map.Entry<String, Row> row : seen.entrySet()) {
            Map<String, String> facts = row.getValue().facts;
            text(platform.resolve("raw").resolve(row.getKey()), "facts").lines().forEach(line -> facts.put(line.split("=", 2)[0], line.split("=", 2)[1]));
            for (String fact : List.of("date", "commit", "minutes")) {
                facts.put(fact, text(platform, fact).strip());
            }
        }
        if (!whole) {
            seen.forEach((name, row) -> rows.merge(name, row, (known, again) -> {
                known.cells.putAll(again.cells);
                return known;
            }));
            return;
        }
        // In the place of its former rows.
        Map<String, Row> others = new LinkedHashMap<>(rows);
        String name = platform.getFileName().toString();
        String begins = name.equals("containers") ? "podman, " : name + ", ";
        rows.clear();
        others.forEach((other, row) -> {
            boolean former = other.equals(name) || other.startsWith(begins) || other.startsWith("podman in " + begins);
            if (former) {
                rows.putAll(seen);
            } else {
                rows.put(other, row);
            }
        });
        rows.putAll(seen);
    }

    /** The rows of a page that --table printed. */
    private static Map<String, Row> rows(Path page) throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        boolean inside = false;
        Row told = null;
        for (String line : Files.readAllLines(page)) {
            inside = !line.equals("<!-- /lab -->") && (inside || line.equals("<!-- lab -->"));
            if (inside && line.startsWith("| ") && !line.startsWith("| platform |")) {
                String[] words = line.substring(2).split(" \\| | \\|$", -1);
                Row row = new Row();
                for (int i = 0; i < FACTS.size(); i++) {
                    row.facts.put(FACTS.get(i), words[i + 1]);
                }
                rows.put(words[0], row);
            } else if (inside && line.startsWith("### ")) {
                told = rows.get(line.substring(4));
            } else if (inside && told != null && line.startsWith("- ")) {
                String[] words = line.substring(2).split(": ", 3);
                told.cells.put(words[0], new String[] {words[1], words.length > 2 ? words[2] : ""});
            }
        }
        return rows;
    }

    /** @param page whose other rows and cells stay as they are; null for those of the platforms alone */
    private static void table(Path page, List<Path> platforms) throws IOException {
        Map<String, Row> rows = page == null ? new LinkedHashMap<>() : rows(page);
        for (Path platform : platforms) {
            add(platform, rows);
        }
        System.out.println("| platform | kernel | page | glibc | JDK | run on | commit | minutes | " + String.join(" | ", CAPABILITIES) + " |");
        System.out.println("|---".repeat(1 + FACTS.size() + CAPABILITIES.size()) + "|");
        for (Map.Entry<String, Row> named : rows.entrySet()) {
            Row row = named.getValue();
            System.out.print("| " + named.getKey());
            for (String fact : FACTS) {
                System.out.print(" | " + row.facts.getOrDefault(fact, ""));
            }
            for (String capability : CAPABILITIES) {
                System.out.print(" | " + row.cells.getOrDefault(capability, new String[] {""})[0]);
            }
            System.out.println(" |");
        }
        System.out.println("\n## What each cell saw\n");
        for (Map.Entry<String, Row> named : rows.entrySet()) {
            System.out.println("### " + named.getKey() + "\n");
            List<String> seen = new ArrayList<>(named.getValue().cells.keySet());
            seen.sort((a, b) -> Integer.compare(place(Path.of(a)), place(Path.of(b))));
            for (String capability : seen) {
                String[] cell = named.getValue().cells.get(capability);
                System.out.println("- " + capability + ": " + cell[0] + (cell[1].isEmpty() ? "" : ": " + cell[1]));
            }
            System.out.println();
        }
    }
}
