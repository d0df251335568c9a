package io.clonetrace.agent.jmx;

import java.lang.reflect.AnnotatedElement;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.StandardMBean;

/** An MXBean whose descriptions are those that its interface is annotated with. */
final class DescribedBean extends StandardMBean {
    <T> DescribedBean(T bean, Class<T> type) {
        // With its interface, because the bean's class need not be public.
        super(bean, type, true);
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return of(getMBeanInterface(), super.getDescription(info));
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        try {
            return of(getMBeanInterface().getMethod("get" + info.getName()), super.getDescription(info));
        } catch (NoSuchMethodException undescribed) {
            return super.getDescription(info);
        }
    }

    private static String of(AnnotatedElement element, String otherwise) {
        Description description = element.getAnnotation(Description.class);
        return description == null ? otherwise : description.value();
    }
}
