package io.clonetrace.agent.code;

import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.event.CodeSourceEvent;
import io.clonetrace.event.Recorder;
import io.clonetrace.hook.LoaderFields;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A CodeSource event for each package outside the JDK and each place that classes of it were loaded from: all of them
 * for each recording that ends, and once a minute those that are new, for the case that the JVM is killed. Keeps names,
 * never classes. Confined to the session's thread.
 */
public final class CodeSources implements SessionPart {
    /** Packages of which one recording tells; a program that makes packages at run time has no bound. */
    static final int MOST = 5_000;

    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Supplier<Class<?>[]> loaded;
    private final LoaderFields loaders;

    /** clonetrace.jar: what is in it and what Byte Buddy makes for it is not the application's. */
    private final String ours = location(CodeSources.class.getProtectionDomain());

    private final Map<Place, Integer> known = new LinkedHashMap<>();
    private long next = System.nanoTime() + FIRST_NANOS;

    /**
     * Its methods by hand: those of a record would be made while a recording ends (java.lang.runtime.ObjectMethods).
     */
    private record Place(String codePackage, String location) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Place its
                    && codePackage.equals(its.codePackage)
                    && Objects.equals(location, its.location);
        }

        @Override
        public int hashCode() {
            return 31 * codePackage.hashCode() + Objects.hashCode(location);
        }
    }

    /** @param loaded all classes of this JVM (Instrumentation.getAllLoadedClasses) */
    public CodeSources(Supplier<Class<?>[]> loaded, LoaderFields loaders) {
        this.loaded = loaded;
        this.loaders = loaders;
    }

    @Override
    public void tick() {
        long now = System.nanoTime();
        if (now - next >= 0 && isWanted()) {
            next = now + PERIOD_NANOS;
            look().forEach(this::commit);
        }
    }

    @Override
    public void measure() {
        if (isWanted()) {
            look();
            known.keySet().forEach(this::commit);
        }
    }

    private static boolean isWanted() {
        return Recorder.isReady() && new CodeSourceEvent().isEnabled();
    }

    private void commit(Place place) {
        CodeSourceEvent event = new CodeSourceEvent();
        event.codePackage = place.codePackage;
        event.location = place.location;
        event.classes = known.get(place);
        event.commit();
    }

    /** Takes in the classes that are loaded now; returns what was not known before. */
    private List<Place> look() {
        Map<Place, Integer> now = new HashMap<>();
        Map<ProtectionDomain, String> locations = new IdentityHashMap<>();
        for (Class<?> type : loaded.get()) {
            if (mayBeTheApplications(type)) {
                String location = locations.computeIfAbsent(type.getProtectionDomain(), CodeSources::location);
                if (location == null || !location.equals(ours)) {
                    now.merge(new Place(codePackage(type.getName()), location), 1, Integer::sum);
                }
            }
        }
        List<Place> added = new ArrayList<>();
        now.forEach((place, classes) -> {
            if (known.containsKey(place)) {
                known.put(place, classes);
            } else if (known.size() < MOST) {
                known.put(place, classes);
                added.add(place);
            }
        });
        return added;
    }

    /** Hidden classes, such as those of lambdas, belong to the class that defined them. */
    private boolean mayBeTheApplications(Class<?> type) {
        // Most others are ours: for a place, the JDK would look at the permissions of each.
        return !loaders.isOfJdk(type)
                && !loaders.haveSameLoader(type, CodeSources.class)
                && !type.isArray()
                && !type.isHidden();
    }

    /** Class.getPackageName would keep one more text in each class. */
    private static String codePackage(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    private static String location(ProtectionDomain domain) {
        CodeSource source = domain.getCodeSource();
        // A class of the application's may answer anything.
        boolean plain = source != null && source.getClass() == CodeSource.class;
        return plain && source.getLocation() != null ? CodeLocation.of(source.getLocation()) : null;
    }
}
