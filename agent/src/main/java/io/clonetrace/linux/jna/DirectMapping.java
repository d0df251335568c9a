package io.clonetrace.linux.jna;

import com.sun.jna.FromNativeConverter;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ToNativeConverter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/**
 * Registers native methods as {@link Native#register(Class, NativeLibrary)} does, but without JNA's model of the types
 * of C: to set it up, JNA reads annotations, makes proxies and lays out twenty structures, which took a fifteenth of
 * the agent's start. libffi's descriptions of the few types needed here are found by JNA's native initialiser.
 */
final class DirectMapping {
    private static final int UNSUPPORTED = -1;
    private static final int AS_IT_IS = 0;

    private static final MethodType REGISTER_METHOD = MethodType.methodType(
            long.class,
            Class.class,
            String.class,
            String.class,
            int[].class,
            long[].class,
            long[].class,
            int.class,
            long.class,
            long.class,
            Method.class,
            long.class,
            int.class,
            boolean.class,
            ToNativeConverter[].class,
            FromNativeConverter.class,
            String.class);

    /** Addresses of libffi's {@code ffi_type} structures. */
    private final long ffiVoid;

    private final long ffiShort;
    private final long ffiInt;
    private final long ffiLong;
    private final long ffiPointer;

    private final MethodHandle registerMethod;

    /** @throws ReflectiveOperationException if this version of JNA is made differently */
    private DirectMapping() throws ReflectiveOperationException {
        if (Native.POINTER_SIZE != Long.BYTES) {
            // Reading it also runs JNA's initialiser, before which the addresses below are not there.
            throw new NoSuchFieldException("not 64 bits");
        }
        // Not by reflection, which resolves the types of all methods, of java.awt, too.
        registerMethod = MethodHandles.privateLookupIn(Native.class, MethodHandles.lookup())
                .findStatic(Native.class, "registerMethod", REGISTER_METHOD);
        Class<?> types = Class.forName("com.sun.jna.Structure$FFIType$FFITypes");
        ffiVoid = address(types, "ffi_type_void");
        ffiShort = address(types, "ffi_type_sint16");
        ffiInt = address(types, "ffi_type_sint32");
        ffiLong = address(types, "ffi_type_sint64");
        ffiPointer = address(types, "ffi_type_pointer");
    }

    private static long address(Class<?> types, String name) throws ReflectiveOperationException {
        Field field = types.getDeclaredField(name);
        field.setAccessible(true);
        long address = Pointer.nativeValue((Pointer) field.get(null));
        if (address == 0) {
            throw new NoSuchFieldException(name + " has no address");
        }
        return address;
    }

    /**
     * Registers all native methods of a class.
     *
     * @return false if it can't, and has registered none: a type is neither short, int or long, nor an array of bytes,
     *     shorts, ints or longs, or this version of JNA is made differently
     * @throws UnsatisfiedLinkError if the library, or a function in it, is not found
     */
    static boolean register(Class<?> holder, String library) {
        Method[] methods = holder.getDeclaredMethods();
        for (Method method : methods) {
            if (isNative(method) && !isSupported(method)) {
                return false;
            }
        }
        try {
            DirectMapping mapping = new DirectMapping();
            NativeLibrary functions = NativeLibrary.getInstance(library, holder.getClassLoader());
            for (Method method : methods) {
                if (isNative(method)) {
                    mapping.register(holder, method, functions);
                }
            }
            return true;
        } catch (ReflectiveOperationException otherJna) {
            return false;
        }
    }

    private void register(Class<?> holder, Method method, NativeLibrary functions) throws ReflectiveOperationException {
        Class<?>[] types = method.getParameterTypes();
        int[] conversions = new int[types.length];
        long[] ffiTypes = new long[types.length];
        StringBuilder signature = new StringBuilder("(");
        for (int i = 0; i < types.length; i++) {
            conversions[i] = conversion(types[i]);
            ffiTypes[i] = ffiType(types[i]);
            signature.append(types[i].descriptorString());
        }
        Class<?> result = method.getReturnType();
        signature.append(')').append(result.descriptorString());
        long function = Pointer.nativeValue(functions.getGlobalVariableAddress(method.getName()));
        try {
            long handle = (long) registerMethod.invokeExact(
                    holder,
                    method.getName(),
                    signature.toString(),
                    conversions,
                    ffiTypes,
                    ffiTypes,
                    AS_IT_IS,
                    ffiType(result),
                    ffiType(result),
                    method,
                    function,
                    Function.C_CONVENTION,
                    false,
                    new ToNativeConverter[types.length],
                    (FromNativeConverter) null,
                    Native.getDefaultStringEncoding());
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable undeclared) {
            throw new AssertionError(undeclared);
        }
    }

    private static boolean isNative(Method method) {
        return Modifier.isNative(method.getModifiers());
    }

    /** Whether all its types are among those that {@link #register(Class, String)} takes. */
    static boolean isSupported(Method method) {
        Class<?> result = method.getReturnType();
        if (result != void.class && conversion(result) != AS_IT_IS) {
            return false;
        }
        for (Class<?> type : method.getParameterTypes()) {
            if (conversion(type) == UNSUPPORTED) {
                return false;
            }
        }
        return method.getExceptionTypes().length == 0;
    }

    private long ffiType(Class<?> type) {
        if (type == short.class) {
            return ffiShort;
        }
        if (type == int.class) {
            return ffiInt;
        }
        if (type == long.class) {
            return ffiLong;
        }
        return type == void.class ? ffiVoid : ffiPointer;
    }

    /** How JNA converts an argument: its {@code CVT_} constants (native/dispatch.h). */
    private static int conversion(Class<?> type) {
        if (type == short.class || type == int.class || type == long.class) {
            return AS_IT_IS;
        }
        if (type == byte[].class) {
            return 6;
        }
        if (type == short[].class) {
            return 7;
        }
        if (type == int[].class) {
            return 9;
        }
        return type == long[].class ? 10 : UNSUPPORTED;
    }
}
