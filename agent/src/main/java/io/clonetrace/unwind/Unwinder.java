package io.clonetrace.unwind;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.ChainMemo.Chain;
import io.clonetrace.unwind.elf.DamagedElfException;
import io.clonetrace.unwind.elf.ElfMachine;
import io.clonetrace.unwind.elf.Expression;
import io.clonetrace.unwind.elf.FrameRow;
import io.clonetrace.unwind.elf.FrameRow.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the frames of copied stacks of one process. A register's value in a caller is read only when a later frame
 * needs it: what was read then is all that the result depends on, and few words. Not thread-safe.
 */
final class Unwinder {
    private static final int MOST_FRAMES = 256;
    private static final int KEPT_FRAMES = 4096;
    private static final int KEPT_CHAINS = 4096;

    /** A number that is nearer to the stack pointer than this comes from it. */
    private static final long FAR = 1 << 24;

    /** Instances for all processes: identical chains are one. */
    private final Map<NativeStack, NativeStack> chains;

    private final AddressSpace space;
    private final ChainMemo memo = new ChainMemo();
    private final ChainMemo.Trail trail = new ChainMemo.Trail();
    private final Map<Long, NativeFrame> callers = new Library.Recent<>(KEPT_FRAMES);
    private final Map<Long, NativeFrame> interrupted = new Library.Recent<>(KEPT_FRAMES);
    private int changes;

    /** Chains for all processes. */
    static Map<NativeStack, NativeStack> chains() {
        return new Library.Recent<>(KEPT_CHAINS);
    }

    Unwinder(AddressSpace space, Map<NativeStack, NativeStack> chains) {
        this.space = space;
        this.chains = chains;
    }

    AddressSpace space() {
        return space;
    }

    /** Where unwinding stops, and why. */
    private static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        StoppedException(String why) {
            super(why);
        }
    }

    /**
     * Unwinds a copy.
     *
     * @param takenAt when it was taken (System.nanoTime), at the latest
     */
    Chain unwind(StackCopy copy, long takenAt) {
        space.refresh();
        forgetWhatChanged();
        ElfMachine machine = copy.machine();
        Chain known = memo.find(copy, machine, space.codeCache());
        if (known == null) {
            space.refreshForNewChain();
        } else {
            MappedFile other = space.unconfirmed(known.files());
            if (other == null) {
                return known;
            }
            space.readAgain(other);
        }
        for (int attempt = 1; ; attempt++) {
            forgetWhatChanged();
            trail.begin();
            Walk walk = new Walk(copy, machine, takenAt);
            Chain chain = walk.chain();
            MappedFile other = space.unconfirmed(chain.files());
            if (other == null) {
                if (!forgetWhatChanged()) {
                    memo.add(copy, trail, chain);
                }
                return chain;
            }
            if (attempt == AddressSpace.MOST_ATTEMPTS || !space.readAgain(other)) {
                return walk.brokenBefore(other);
            }
        }
    }

    private boolean forgetWhatChanged() {
        if (changes == space.changes()) {
            return false;
        }
        memo.clear();
        callers.clear();
        interrupted.clear();
        changes = space.changes();
        return true;
    }

    /**
     * A frame that was found.
     *
     * @param isCaller whether it has called another function; if not, it was interrupted
     */
    private record Place(MappedFile file, long pc, boolean isCaller) {
        /** An address of the function whose frame it is: a call may be the last instruction. */
        long inFunction() {
            return isCaller ? pc - 1 : pc;
        }
    }

    /** One unwinding. */
    private final class Walk implements Expression.State {
        private static final byte INITIAL = 0;
        private static final byte KNOWN = 1;
        private static final byte SAVED = 2;
        private static final byte UNDEFINED = 3;

        private final StackCopy copy;
        private final ElfMachine machine;
        private final long takenAt;
        private final long bottom;
        private final List<Place> places = new ArrayList<>();

        // Of the frame: values, or where they are saved.
        private long[] values;
        private byte[] kinds;

        Walk(StackCopy copy, ElfMachine machine, long takenAt) {
            this.copy = copy;
            this.machine = machine;
            this.takenAt = takenAt;
            values = copy.registers().clone();
            kinds = new byte[values.length];
            bottom = values[machine.stackPointer()];
            kinds[machine.stackPointer()] = KNOWN;
            kinds[machine.programCounter()] = KNOWN;
        }

        Chain chain() {
            boolean isCaller = false;
            String place = null;
            while (places.size() < MOST_FRAMES) {
                long pc = values[machine.programCounter()];
                if (pc == 0) {
                    return chain(End.OUTERMOST, null, -1);
                }
                if (space.isJava(pc, takenAt)) {
                    return chain(End.JAVA, null, values[machine.stackPointer()] - bottom);
                }
                MappedFile file = space.at(pc, takenAt);
                if (file == null) {
                    // The next copy may have another address here, and a reason names none.
                    trail.notExact();
                    return broken(place == null ? "the call came from code that is in no file" : place + notInFile(pc));
                }
                place = file.place(pc);
                places.add(new Place(file, pc, isCaller));
                if (file.library() == null) {
                    // It may be readable later.
                    trail.notExact();
                    return broken(file.problem());
                }
                try {
                    Optional<FrameRow> row = isCaller
                            ? file.library().row(file.fileAddress(pc) - 1)
                            : file.library().interruptedRow(file.fileAddress(pc));
                    if (row.isEmpty()) {
                        return broken("no call frame information for " + place);
                    }
                    if (row.get().rule(row.get().returnAddress()) == Rule.UNDEFINED) {
                        return chain(End.OUTERMOST, null, -1);
                    }
                    step(row.get(), isCaller);
                    isCaller = !row.get().isSignalFrame();
                } catch (StoppedException stopped) {
                    return broken(stopped.getMessage() + ", in the frame of " + place);
                } catch (DamagedElfException damaged) {
                    return broken("no caller of " + place + ": " + damaged.getMessage());
                } catch (IOException unreadable) {
                    // What can't be read now may be readable later.
                    trail.notExact();
                    return broken(file.mapping().name() + " can't be read: " + unreadable.getMessage());
                }
            }
            return broken("more than " + MOST_FRAMES + " frames");
        }

        private String notInFile(long pc) {
            return space.mapping(pc, takenAt) == null
                    ? " returns to an address at which no code is mapped"
                    : " was called by code that is in no file";
        }

        private Map<Long, NativeFrame> known(Place place) {
            return place.isCaller() ? callers : interrupted;
        }

        private List<NativeFrame> frames() {
            Map<MappedFile, Set<Place>> unknown = new HashMap<>();
            for (Place place : places) {
                if (place.file().library() != null && known(place).get(place.pc()) == null) {
                    unknown.computeIfAbsent(place.file(), key -> new HashSet<>())
                            .add(place);
                }
            }
            unknown.values().forEach(this::lookUp);
            List<NativeFrame> frames = new ArrayList<>(places.size());
            for (Place place : places) {
                NativeFrame frame = known(place).get(place.pc());
                frames.add(frame == null ? place.file().frame(place.pc(), place.inFunction()) : frame);
            }
            return frames;
        }

        /** Finds the functions of places in one file. */
        private void lookUp(Set<Place> unknown) {
            Place first = unknown.iterator().next();
            MappedFile file = first.file();
            if (file.isClosed()) {
                // To make room for the libraries of other frames.
                file = space.at(first.pc(), takenAt);
            }
            if (file == null || file.library() == null) {
                return;
            }
            Set<Long> addresses = new HashSet<>();
            for (Place place : unknown) {
                addresses.add(file.fileAddress(place.inFunction()));
            }
            try {
                file.library().lookUp(addresses);
            } catch (IOException damaged) {
                // Those that can be found are, one by one.
            }
            for (Place place : unknown) {
                known(place).put(place.pc(), file.frame(place.pc(), place.inFunction()));
            }
        }

        /** The frames up to the first in a file that can't be confirmed to be mapped. */
        Chain brokenBefore(MappedFile other) {
            for (int i = 0; i < places.size(); i++) {
                if (places.get(i).file() == other) {
                    places.subList(i, places.size()).clear();
                }
            }
            return broken("the next frame is where " + other.mapping().name()
                    + " was mapped, and what is mapped there now can't be confirmed");
        }

        private Chain broken(String why) {
            return chain(End.BROKEN, why, -1);
        }

        private Chain chain(End end, String why, long javaStackPointer) {
            NativeStack stack = new NativeStack(frames(), end, why);
            NativeStack known = chains.putIfAbsent(stack, stack);
            List<MappedFile> files = places.stream().map(Place::file).distinct().toList();
            return new Chain(known == null ? stack : known, javaStackPointer, files);
        }

        /** Goes to the caller. */
        private void step(FrameRow row, boolean isCaller) throws IOException {
            int sp = machine.stackPointer();
            long frame = row.frameExpression() != null
                    ? Expression.evaluate(row.frameExpression(), null, this)
                    : register(row.frameRegister()) + row.frameOffset();
            // A caller's stack pointer is higher, but for a function of aarch64 that has put nothing on the stack.
            long above = frame - values[sp];
            if (!row.isSignalFrame() && (above < 0 || above == 0 && isCaller)) {
                throw new StoppedException("the caller's stack pointer is not higher");
            }
            long[] to = values.clone();
            byte[] toKinds = kinds.clone();
            to[sp] = frame;
            toKinds[sp] = KNOWN;
            for (int i = 0; i < to.length; i++) {
                switch (row.rule(i)) {
                    case SAME -> {}
                    case UNDEFINED -> toKinds[i] = UNDEFINED;
                    case OFFSET -> set(to, toKinds, i, SAVED, frame + row.value(i));
                    case VALUE_OFFSET -> set(to, toKinds, i, KNOWN, frame + row.value(i));
                    case REGISTER -> set(to, toKinds, i, KNOWN, register((int) row.value(i)));
                    case EXPRESSION -> set(to, toKinds, i, SAVED, Expression.evaluate(row.expression(i), frame, this));
                    case VALUE_EXPRESSION ->
                        set(to, toKinds, i, KNOWN, Expression.evaluate(row.expression(i), frame, this));
                }
            }
            boolean unchanged = row.rule(row.returnAddress()) == Rule.SAME;
            values = to;
            kinds = toKinds;
            if (unchanged && (isCaller || row.returnAddress() == machine.programCounter())) {
                throw new StoppedException("the return address is nowhere");
            }
            if (row.isSigned() && kinds[row.returnAddress()] == SAVED) {
                set(to, toKinds, row.returnAddress(), KNOWN, word(to[row.returnAddress()], true));
            }
            long pc = register(row.returnAddress());
            set(to, toKinds, machine.programCounter(), KNOWN, row.isSigned() ? machine.withoutSignature(pc) : pc);
        }

        private static void set(long[] values, byte[] kinds, int register, byte kind, long value) {
            values[register] = value;
            kinds[register] = kind;
        }

        @Override
        public long register(int number) throws IOException {
            if (number < 0 || number >= values.length) {
                throw new StoppedException("a register that was not copied is needed");
            }
            switch (kinds[number]) {
                case INITIAL -> trail.add(ChainMemo.register(number), ChainMemo.key(values[number], bottom));
                case SAVED -> values[number] = word(values[number]);
                case UNDEFINED -> throw new StoppedException("a register that was not saved is needed");
                default -> {}
            }
            kinds[number] = KNOWN;
            return values[number];
        }

        @Override
        public long word(long address) throws IOException {
            return word(address, false);
        }

        private long word(long address, boolean signed) throws IOException {
            long offset = address - bottom;
            if (offset < 0 || offset > FAR) {
                trail.notExact();
                throw new StoppedException("what it saved is not on the stack");
            }
            int place = ChainMemo.word((int) offset, signed);
            if (copy.endsBefore((int) offset)) {
                trail.add(place, ChainMemo.beyond(copy.length()));
                throw new StoppedException("the copy ends after " + copy.length() + " bytes");
            }
            if (copy.lacks((int) offset)) {
                trail.add(place, ChainMemo.UNREAD);
                throw new StoppedException("what it saved is on a page of the stack that could not be read");
            }
            long value = ChainMemo.word(copy.stack(), (int) offset);
            value = signed ? machine.withoutSignature(value) : value;
            trail.add(place, ChainMemo.key(value, bottom));
            return value;
        }

        @Override
        public void used(long value) {
            if (Math.abs(value - bottom) < FAR) {
                trail.notExact();
            }
        }
    }
}
