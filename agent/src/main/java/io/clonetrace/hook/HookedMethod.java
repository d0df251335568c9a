package io.clonetrace.hook;

import net.bytebuddy.jar.asm.Type;

/** The methods into which {@link ThreadAdvice} is woven. */
enum HookedMethod {
    /** {@code start()}, and on 21+ {@code start(ThreadContainer)}, which pools call. */
    START("java/lang/Thread", "start", -1, "start"),
    EXIT("java/lang/Thread", "exit", 0, "exit"),
    /** {@code start(ThreadContainer)}, through which all virtual threads start. */
    VIRTUAL_START("java/lang/VirtualThread", "start", 1, "virtualStart");

    private final String owner;
    private final String name;
    private final int arguments;
    private final String template;

    /** @param arguments how many it takes; -1 for any number */
    HookedMethod(String owner, String name, int arguments, String template) {
        this.owner = owner;
        this.name = name;
        this.arguments = arguments;
        this.template = template;
    }

    /** Whether a class has methods to be woven, by its internal name. */
    static boolean isIn(String owner) {
        return START.owner.equals(owner) || VIRTUAL_START.owner.equals(owner);
    }

    /** The one of that owner, name and descriptor (JVMS 4.3.3); null if that method is left alone. */
    static HookedMethod of(String owner, String name, String descriptor) {
        for (HookedMethod method : values()) {
            if (method.owner.equals(owner)
                    && method.name.equals(name)
                    && (method.arguments < 0 || method.arguments == Type.getArgumentCount(descriptor))) {
                return method;
            }
        }
        return null;
    }

    /** The method of {@link ThreadTemplate} that stands for it. */
    String template() {
        return template;
    }
}
