package io.clonetrace.agent.host;

import io.clonetrace.linux.hotspot.NativeAccess;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.Map;

/** Caches of the JDK that would hold our class loader until another class replaces their entries. */
public final class JdkCaches {
    private JdkCaches() {}

    /**
     * Fills the caches with another class. The method handles of which java.lang.runtime.ObjectMethods makes a record's
     * equals and hashCode keep the types to which they were adapted last (MethodHandle.asTypeCache): on JDK 17 for
     * ever, later while there is enough memory.
     */
    public static void forgetUs() throws ReflectiveOperationException {
        // Of a loader that stays and is not one of the JDK's own, which are cached separately.
        Class<?> other = NativeAccess.class;
        MethodHandle self = MethodHandles.identity(other);
        Map<String, MethodType> methods = Map.of(
                "equals", MethodType.methodType(boolean.class, other, Object.class),
                "hashCode", MethodType.methodType(int.class, other),
                "toString", MethodType.methodType(String.class, other));
        for (Map.Entry<String, MethodType> method : methods.entrySet()) {
            try {
                ObjectMethods.bootstrap(
                        MethodHandles.lookup(), method.getKey(), method.getValue(), other, "self", self);
            } catch (ReflectiveOperationException | RuntimeException | Error failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
