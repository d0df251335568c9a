package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.clone.MissingFlag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What flags are, for machines: words are texts such as {@code 0x3d0f00}, what the text doesn't say is null. */
final class FlagsJson {
    private FlagsJson() {}

    static Map<String, Object> of(String input, KernelVersion kernel, Map<Reading, Integer> readings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("input", input);
        json.put("kernel", kernel.toString());
        List<Object> list = new ArrayList<>();
        readings.forEach((reading, count) -> list.add(reading(reading, count, kernel)));
        json.put("readings", list);
        return json;
    }

    private static Map<String, Object> reading(Reading reading, int count, KernelVersion kernel) {
        CloneFlags flags =
                reading.isUnshare() ? reading.unshared() : reading.argument().flags();
        int signal = reading.isUnshare() ? 0 : reading.argument().exitSignal();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("readAs", reading.how().isEmpty() ? null : reading.how());
        json.put("call", reading.call() == null ? null : reading.call().text());
        json.put("error", reading.error());
        json.put("occurrences", count);
        json.put("flags", hex(flags.bits()));
        json.put("flagNames", flags.flags().stream().map(Enum::name).toList());
        json.put("unknownBits", hex(flags.unknownBits()));
        json.put("exitSignal", signal);
        json.put("exitSignalName", signal == 0 ? null : ExitSignal.name(signal));
        json.put("remarks", reading.remarks());
        json.put("makes", reading.isUnshare() ? null : reading.makesThread() ? "thread" : "process");
        json.put("equals", callers(reading));
        json.put("compared", reading.isUnshare() ? null : compared(reading));
        json.put(
                "kernelAnswers",
                KernelAnswer.to(reading, kernel).stream().map(FlagsJson::answer).toList());
        json.put("seccompAnswers", filters(reading, kernel));
        return json;
    }

    private static List<Map<String, Object>> callers(Reading reading) {
        return reading.isUnshare()
                ? UnshareProfile.all(reading.unshared()).stream()
                        .map(profile -> caller(profile.label(), profile.source()))
                        .toList()
                : reading.profiles().stream()
                        .map(profile -> caller(profile.label(), profile.source()))
                        .toList();
    }

    private static Map<String, Object> caller(String label, String source) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("caller", label);
        json.put("source", source);
        return json;
    }

    private static Map<String, Object> compared(Reading reading) {
        List<Object> more = new ArrayList<>();
        List<Object> missing = new ArrayList<>();
        if (reading.makesThread()) {
            for (MissingFlag flag :
                    MissingFlag.againstPthreadCreate(reading.argument().flags())) {
                missing.add(difference(flag.flag().name(), flag.cost()));
            }
        } else {
            for (ForkDifference one : ForkDifference.of(reading.argument())) {
                (one.missing() ? missing : more).add(difference(one.what(), one.effect()));
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("with", (reading.makesThread() ? CloneProfile.PTHREAD_CREATE : CloneProfile.GLIBC_FORK).label());
        json.put("more", reading.makesThread() ? null : more);
        json.put("missing", missing);
        return json;
    }

    private static Map<String, Object> difference(String what, String effect) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", what);
        json.put("effect", effect);
        return json;
    }

    private static Map<String, Object> answer(KernelAnswer answer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("call", answer.call().text());
        json.put("accepted", answer.isAccepted());
        json.put("violations", answer.violations());
        json.put("dependsOn", answer.depends());
        return json;
    }

    private static List<Object> filters(Reading reading, KernelVersion kernel) {
        List<Object> answers = new ArrayList<>();
        for (SeccompFilter filter : SeccompFilter.values()) {
            for (KernelAnswer asked : KernelAnswer.to(reading, kernel)) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("filter", filter.label());
                json.put("call", asked.call().text());
                json.put("answer", filter.answer(asked.call(), reading).text());
                answers.add(json);
            }
        }
        return answers;
    }

    private static String hex(long bits) {
        return "0x" + Long.toHexString(bits);
    }
}
