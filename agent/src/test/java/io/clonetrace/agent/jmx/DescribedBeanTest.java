package io.clonetrace.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescribedBeanTest {
    /** Public, as JMX wants it. */
    public interface Undescribed {
        long getCount();
    }

    private static <T> MBeanInfo info(Class<T> type) {
        T bean = type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> null));
        return new DescribedBean(bean, type).getMBeanInfo();
    }

    @ParameterizedTest
    @ValueSource(classes = {ThreadsMXBean.class, CreatorMXBean.class})
    void everyAttributeIsDescribedAndOfAnOpenType(Class<?> type) {
        MBeanInfo info = info(type);
        assertEquals(type.getAnnotation(Description.class).value(), info.getDescription());
        for (MBeanAttributeInfo attribute : info.getAttributes()) {
            assertNotEquals(attribute.getName(), attribute.getDescription());
            assertTrue(attribute.getDescription().endsWith("."), attribute::toString);
            assertNotNull(attribute.getDescriptor().getFieldValue("openType"), attribute::toString);
        }
        assertEquals(type.getMethods().length, info.getAttributes().length);
    }

    @Test
    void withoutAnnotationTheJdksDescriptionStays() {
        assertEquals("Count", info(Undescribed.class).getAttributes()[0].getDescription());
    }
}
