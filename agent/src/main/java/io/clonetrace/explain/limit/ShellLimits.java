package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ulimit -a} of bash, ksh, fish, zsh, busybox and dash, and {@code limit} of csh. */
final class ShellLimits implements LimitForm {
    private static final String BASH = "ulimit -a";
    private static final String ZSH = "ulimit -a of zsh or busybox";
    private static final String DASH = "ulimit -a of dash";
    private static final String CSH = "limit of csh";

    /** {@code stack size (kbytes, -s) 8192}; ksh93 has the unit in parentheses of its own. */
    private static final Pattern OF_BASH = Pattern.compile(
            "([A-Za-z][A-Za-z /\u2019'-]{1,60}?)\\s*(?:\\((\\w{1,12})\\)\\s*)?\\((?:([\\w ]{1,20}),\\s*)?-([a-zA-Z])\\)\\s+"
                    + Amount.NUMBER + "\\s*");

    /** {@code -s: stack size (kbytes) 8192}. */
    private static final Pattern OF_ZSH = Pattern.compile(
            "-([a-zA-Z]): ([a-z][a-z -]{1,40}?)\\s*(?:\\(([\\w-]{1,12})\\))?\\s+" + Amount.NUMBER + "\\s*");

    private static final Pattern OF_DASH = Pattern.compile("(time|file|data|stack|coredump|memory|locked memory|process"
            + "|nofiles|vmemory|locks|rtprio)(?:\\((seconds|blocks|kbytes)\\))?\\s+" + Amount.NUMBER + "\\s*");

    private static final Pattern OF_CSH = Pattern.compile("(cputime|filesize|datasize|stacksize|coredumpsize|memoryuse"
            + "|vmemoryuse|descriptors|memorylocked|maxproc|maxlocks|maxsignal|maxmessage|maxnice|maxrtprio|maxrttime"
            + "|openfiles)\\s+" + Amount.NUMBER + "(?: (kbytes))?\\s*");

    private record Letter(LimitName name, Pattern label) {}

    /** The options of ulimit that matter, and what the label of each has in every shell. */
    private static final Map<String, Letter> LETTERS = Map.of(
            "s", new Letter(LimitName.RLIMIT_STACK, Pattern.compile(".*stack.*", Pattern.CASE_INSENSITIVE)),
            "u", new Letter(LimitName.RLIMIT_NPROC, Pattern.compile(".*process.*", Pattern.CASE_INSENSITIVE)),
            "v", new Letter(LimitName.RLIMIT_AS, Pattern.compile(".*(?:virtual|address).*", Pattern.CASE_INSENSITIVE)),
            "d", new Letter(LimitName.RLIMIT_DATA, Pattern.compile(".*data.*", Pattern.CASE_INSENSITIVE)));

    /** How the labels of others begin. */
    private static final Pattern OTHERS = Pattern.compile(
            "(?:Maximum )?(?:core ?file|scheduling|nice|file ?size|file locks|pending|max locked|locked|max memory"
                    + "|resident|open files|file desc|nofiles|pipe|POSIX|message|real-time|realtime|cpu time|time)",
            Pattern.CASE_INSENSITIVE);

    private static final Map<String, LimitName> WORDS = Map.of(
            "stack", LimitName.RLIMIT_STACK,
            "process", LimitName.RLIMIT_NPROC,
            "vmemory", LimitName.RLIMIT_AS,
            "data", LimitName.RLIMIT_DATA,
            "stacksize", LimitName.RLIMIT_STACK,
            "maxproc", LimitName.RLIMIT_NPROC,
            "vmemoryuse", LimitName.RLIMIT_AS,
            "datasize", LimitName.RLIMIT_DATA);

    private final LimitDocuments documents;

    ShellLimits(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.isEmpty()) {
            return false;
        }
        if (text.startsWith("-")) {
            Matcher zsh = OF_ZSH.matcher(text);
            return zsh.matches() && byLetter(ZSH, zsh.group(1), zsh.group(2), zsh.group(3), zsh.group(4), line);
        }
        int end = text.lastIndexOf(')');
        if (end > 2 && text.charAt(end - 2) == '-') {
            Matcher bash = OF_BASH.matcher(text);
            if (bash.matches()) {
                String unit = bash.group(2) != null ? bash.group(2) : bash.group(3);
                return byLetter(BASH, bash.group(4), bash.group(1), unit, bash.group(5), line);
            }
        }
        return byWord(text, line);
    }

    private boolean byLetter(String form, String letter, String label, String unit, String number, TextLine line) {
        Letter known = LETTERS.get(letter);
        if (known == null || !known.label.matcher(label).matches()) {
            if (OTHERS.matcher(label).lookingAt()) {
                documents.of(form, line).extend(line);
                return true;
            }
            return documents.extend(form, line);
        }
        add(form, known.name, unit, number, line);
        return true;
    }

    /**
     * What {@code ulimit -u} prints, with another option for another limit.
     *
     * @param hard whether it is the hard limit, which says nothing of the one that applies
     */
    boolean value(String letter, String number, boolean hard, TextLine line) {
        if (hard) {
            return false;
        }
        add("ulimit", LETTERS.get(letter).name, letter.equals("u") ? null : "kbytes", number, line);
        return true;
    }

    private boolean byWord(String text, TextLine line) {
        Matcher csh = OF_CSH.matcher(text);
        if (csh.matches()) {
            return byWord(CSH, csh.group(1), csh.group(3), csh.group(2), true, line);
        }
        Matcher dash = OF_DASH.matcher(text);
        // Words such as "process" are common: the first line of all has a unit.
        return dash.matches() && byWord(DASH, dash.group(1), dash.group(2), dash.group(3), dash.group(2) != null, line);
    }

    private boolean byWord(String form, String word, String unit, String number, boolean sure, TextLine line) {
        LimitName name = WORDS.get(word);
        if (!sure && !documents.has(form)) {
            return false;
        }
        if (name == null) {
            documents.of(form, line).extend(line);
        } else {
            add(form, name, unit, number, line);
        }
        return true;
    }

    private void add(String form, LimitName name, String unit, String number, TextLine line) {
        documents.add(form, name, Amount.of(number, Amount.unit(unit)), Document.UNKNOWN, line);
    }
}
