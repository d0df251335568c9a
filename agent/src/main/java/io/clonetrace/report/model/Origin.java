package io.clonetrace.report.model;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which code made a thread or a process: the application's frame, the library's through which it went, and the callers.
 * Of what native code made, the function of the native library, and the application's frames that called it.
 *
 * @param site the innermost frame of the application; if the stack has none, the first frame outside the JDK. In native
 *     code {@link NativeChain#site}; where the frames were not recorded, the start routine, which the trace lacks then
 * @param library the first frame outside the JDK, if that is not the site
 * @param callers the frames of the application further out, the innermost first; without any, the other native library
 *     that called the site
 * @param trace the stack trace that holds the site
 * @param inherited whether it is the stack trace of a thread that made the creator: the workers of a pool make workers,
 *     with nothing but the JDK or the library on their stack
 */
public record Origin(Frame site, Optional<Frame> library, List<Frame> callers, StackTrace trace, boolean inherited) {

    /** Whether native code made it. */
    public boolean isNative() {
        return site.isNative();
    }

    /** Finds the origins of the threads of one JVM. */
    static final class Search {
        /** A chain of workers that made workers is not longer, unless something is wrong with the ids. */
        private static final int LONGEST_CHAIN = 10_000;

        private static final int MOST_CALLERS = 32;

        /** HotSpot makes these, or we do. */
        private static final Set<TaskKind> NOT_FOR_NATIVE_CODE = EnumSet.of(TaskKind.VM, TaskKind.AGENT, TaskKind.DEMO);

        /**
         * What a stack trace itself shows.
         *
         * @param inApplication whether the origin is code of the application
         * @param forVirtualThreads whether it is the JDK's code that makes threads for virtual ones
         */
        private record Direct(Optional<Origin> origin, boolean inApplication, boolean forVirtualThreads) {
            static final Direct NONE = new Direct(Optional.empty(), false, false);
        }

        private final Application application;
        private final RowTable javaThreads;
        private final Map<StackTrace, Direct> own = new IdentityHashMap<>();
        private final Map<Origin, Map<Optional<Frame>, Origin>> inherited = new IdentityHashMap<>();
        private final Map<NativeChain, Origin> chains = new IdentityHashMap<>();
        private final Map<Frame, Origin> startRoutines = new HashMap<>();

        Search(Application application, RowTable javaThreads) {
            this.application = application;
            this.javaThreads = javaThreads;
        }

        /** Notes it in the row, and in those of its creators that it depends on. */
        void resolve(ThreadRow row) {
            if (row.isResolved()) {
                return;
            }
            if (direct(row).inApplication) {
                // Most need no creator's.
                row.resolved(origin(row));
            } else {
                resolveWithCreators(row);
            }
        }

        private void resolveWithCreators(ThreadRow row) {
            List<ThreadRow> chain = new ArrayList<>();
            ThreadRow at = row;
            while (at != null && !at.isResolved() && chain.size() < LONGEST_CHAIN) {
                at.resolved(null);
                chain.add(at);
                if (direct(at).inApplication) {
                    break;
                }
                at = javaThreads.get(at.creatorId());
            }
            for (int index = chain.size() - 1; index >= 0; index--) {
                ThreadRow one = chain.get(index);
                one.resolved(origin(one));
            }
        }

        private Origin origin(ThreadRow row) {
            Direct own = direct(row);
            row.traceForVirtualThreads(own.forVirtualThreads);
            if (row.isForVirtualThreads()) {
                return null;
            }
            Optional<Origin> direct = own.origin;
            if (own.inApplication) {
                return direct.get();
            }
            if (row.trace().isEmpty()
                    && row.kind().filter(NOT_FOR_NATIVE_CODE::contains).isEmpty()) {
                Optional<Origin> nativeCode = inNativeCode(row);
                if (nativeCode.isPresent()) {
                    return nativeCode.get();
                }
            }
            ThreadRow creator = javaThreads.get(row.creatorId());
            Origin from = creator == null ? null : creator.origin().orElse(null);
            if (from == null || row.trace().isEmpty()) {
                return direct.orElse(null);
            }
            Optional<Frame> library =
                    direct.map(Origin::site).or(from::library).filter(frame -> !frame.equals(from.site()));
            // A library's own frames tell more than the creator's; the JDK's tell nothing.
            StackTrace trace = direct.map(Origin::trace).orElse(from.trace());
            return inherited
                    .computeIfAbsent(from, one -> new HashMap<>())
                    .computeIfAbsent(library, one -> new Origin(from.site(), one, from.callers(), trace, true));
        }

        private Optional<Origin> inNativeCode(ThreadRow row) {
            Optional<NativeChain> chain = row.nativeStack();
            if (chain.isPresent()) {
                return chain.filter(one -> !NativeChain.isHotSpots(one.site()))
                        .map(one -> chains.computeIfAbsent(one, this::of));
            }
            return row.startRoutine()
                    .filter(frame -> !NativeChain.isHotSpots(frame))
                    .map(frame -> startRoutines.computeIfAbsent(
                            frame,
                            one -> new Origin(
                                    NativeChain.callSite(one),
                                    Optional.empty(),
                                    List.of(),
                                    new StackTrace(List.of(), true),
                                    false)));
        }

        private Origin of(NativeChain chain) {
            return new Origin(chain.site(), Optional.empty(), chain.callers(application), chain.trace(), false);
        }

        private Direct direct(ThreadRow row) {
            StackTrace trace = row.trace().orElse(null);
            if (trace == null) {
                return Direct.NONE;
            }
            Direct known = own.get(trace);
            if (known == null) {
                Optional<Origin> origin = direct(trace);
                known = new Direct(
                        origin,
                        origin.filter(one -> application.isApplication(one.site()))
                                .isPresent(),
                        trace.isForVirtualThreads());
                own.put(trace, known);
            }
            return known;
        }

        private Optional<Origin> direct(StackTrace trace) {
            return application.site(trace).map(site -> {
                List<Frame> callers = trace.frames().stream()
                        .skip(trace.frames().indexOf(site) + 1L)
                        .filter(application::isApplication)
                        .limit(MOST_CALLERS)
                        .toList();
                Optional<Frame> library = trace.outsideJdk().filter(first -> !first.equals(site));
                return new Origin(site, library, callers, trace, false);
            });
        }
    }
}
