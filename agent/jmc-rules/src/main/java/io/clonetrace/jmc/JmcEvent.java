package io.clonetrace.jmc;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.StackTrace;
import org.openjdk.jmc.common.IMCStackTrace;
import org.openjdk.jmc.common.IMCThread;
import org.openjdk.jmc.common.IMCType;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IMemberAccessor;
import org.openjdk.jmc.common.unit.IQuantity;
import org.openjdk.jmc.common.unit.IUnit;
import org.openjdk.jmc.common.unit.UnitLookup;
import org.openjdk.jmc.common.util.LabeledIdentifier;

/** An event as JMC's own parser has it. */
final class JmcEvent implements Event {
    private final JmcType type;
    private final IItem item;

    JmcEvent(JmcType type, IItem item) {
        this.type = type;
        this.item = item;
    }

    @Override
    public String type() {
        return type.name();
    }

    @Override
    public long start() {
        return time("startTime");
    }

    @Override
    public String text(String field) {
        return value(field) instanceof String text ? text : null;
    }

    @Override
    public long number(String field) {
        Object value = value(field);
        if (value instanceof IQuantity quantity) {
            return quantity.clampedLongValueIn(unit(quantity));
        }
        return value instanceof Number number ? number.longValue() : ABSENT;
    }

    /** In what unit the JVM wrote it, for what is not only a number. */
    private static IUnit unit(IQuantity quantity) {
        if (quantity.getType().equals(UnitLookup.MEMORY)) {
            return UnitLookup.BYTE;
        }
        return quantity.getType().equals(UnitLookup.TIMESPAN) ? UnitLookup.NANOSECOND : quantity.getUnit();
    }

    @Override
    public long time(String field) {
        if (value(field) instanceof IQuantity quantity && quantity.getType().equals(UnitLookup.TIMESTAMP)) {
            return Math.max(ABSENT, quantity.clampedLongValueIn(UnitLookup.EPOCH_NS));
        }
        return ABSENT;
    }

    @Override
    public String className(String field) {
        return value(field) instanceof IMCType named ? named.getFullName() : null;
    }

    @Override
    public ThreadRef thread(String field) {
        return value(field) instanceof IMCThread thread ? ref(thread) : null;
    }

    @Override
    public ThreadRef eventThread() {
        return thread("eventThread");
    }

    @Override
    public StackTrace stackTrace() {
        return value("stackTrace") instanceof IMCStackTrace trace
                ? type.traces().of(trace)
                : null;
    }

    /** Of {@code jdk.ActiveSetting}: the type that it is a setting of; empty if it is none that is known. */
    String settingOf() {
        return value("id") instanceof LabeledIdentifier of ? of.getInterfaceId() : "";
    }

    private Object value(String field) {
        IMemberAccessor<?, IItem> accessor = type.field(field);
        return accessor == null ? null : accessor.getMember(item);
    }

    private static ThreadRef ref(IMCThread thread) {
        Long id = thread.getThreadId();
        String group =
                thread.getThreadGroup() == null ? null : thread.getThreadGroup().getName();
        return new ThreadRef(id == null ? ABSENT : id, ABSENT, thread.getThreadName(), group);
    }
}
