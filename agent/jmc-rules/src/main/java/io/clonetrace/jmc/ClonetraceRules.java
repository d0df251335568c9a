package io.clonetrace.jmc;

/** JMC makes its rules by their classes' names, which META-INF/services lists: one class for each of the report's. */
public final class ClonetraceRules {
    private ClonetraceRules() {}

    public static final class FailedStarts extends ClonetraceRule {
        public FailedStarts() {
            super("failed-starts");
        }
    }

    public static final class LimitNear extends ClonetraceRule {
        public LimitNear() {
            super("limit-near");
        }
    }

    public static final class ExecutorLeak extends ClonetraceRule {
        public ExecutorLeak() {
            super("executor-leak");
        }
    }

    public static final class ThreadLeak extends ClonetraceRule {
        public ThreadLeak() {
            super("thread-leak");
        }
    }

    public static final class RedeployLeak extends ClonetraceRule {
        public RedeployLeak() {
            super("redeploy-leak");
        }
    }

    public static final class ManyThreads extends ClonetraceRule {
        public ManyThreads() {
            super("many-threads");
        }
    }

    public static final class ThreadChurn extends ClonetraceRule {
        public ThreadChurn() {
            super("thread-churn");
        }
    }

    public static final class NativePools extends ClonetraceRule {
        public NativePools() {
            super("native-pools");
        }
    }

    public static final class NativePoolSize extends ClonetraceRule {
        public NativePoolSize() {
            super("native-pool-size");
        }
    }

    public static final class RecordsLost extends ClonetraceRule {
        public RecordsLost() {
            super("records-lost");
        }
    }

    public static final class OutsidePthread extends ClonetraceRule {
        public OutsidePthread() {
            super("outside-pthread");
        }
    }

    public static final class Clone3Refused extends ClonetraceRule {
        public Clone3Refused() {
            super("clone3-refused");
        }
    }

    public static final class HugePages extends ClonetraceRule {
        public HugePages() {
            super("stack-huge-pages");
        }
    }

    public static final class StackNearEnd extends ClonetraceRule {
        public StackNearEnd() {
            super("stack-near-end");
        }
    }

    public static final class OversizedStacks extends ClonetraceRule {
        public OversizedStacks() {
            super("stacks-oversized");
        }
    }

    public static final class CarriersPinned extends ClonetraceRule {
        public CarriersPinned() {
            super("carriers-pinned");
        }
    }
}
