package io.clonetrace.jmc;

import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmc.common.item.IAccessorKey;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IMemberAccessor;
import org.openjdk.jmc.common.item.IType;

/** A type of events, and how JMC reads each of its fields. */
final class JmcType {
    private final String name;
    private final Map<String, IMemberAccessor<?, IItem>> fields = new HashMap<>();
    private final JmcTraces traces;

    JmcType(IType<IItem> type, JmcTraces traces) {
        this.name = type.getIdentifier();
        this.traces = traces;
        for (IAccessorKey<?> key : type.getAccessorKeys().keySet()) {
            fields.put(key.getIdentifier(), type.getAccessor(key));
        }
    }

    String name() {
        return name;
    }

    JmcTraces traces() {
        return traces;
    }

    /** The accessor of the field with the name that it has in the recording; null if there is none. */
    IMemberAccessor<?, IItem> field(String field) {
        return fields.get(field);
    }
}
