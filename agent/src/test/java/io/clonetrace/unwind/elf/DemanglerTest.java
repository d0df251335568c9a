package io.clonetrace.unwind.elf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemanglerTest {
    @TempDir
    Path folder;

    /**
     * Symbols of libstdc++, HotSpot, RocksDB and DuckDB, chosen at random and by parts of the grammar, with what
     * {@code nm -D --without-symbol-versions FILE | awk '{print $NF}' | c++filt -p -i} of binutils 2.40 prints.
     */
    @Test
    void demangle_symbolsOfRealLibraries_equalsCxxfilt() throws IOException {
        try (InputStream file = DemanglerTest.class.getResourceAsStream("demangled.txt")) {
            Stream<String> lines = new String(file.readAllBytes(), UTF_8).lines();
            assertAll(lines.map(line -> () -> {
                String symbol = line.substring(0, line.indexOf(' '));
                assertEquals(line.substring(symbol.length() + 1), Demangler.demangle(symbol, Integer.MAX_VALUE));
            }));
        }
    }

    /** The symbols of HotSpot and libstdc++ as they are here; the other libraries of docs/native-stacks.md by hand. */
    @Test
    void demangle_everySymbolHere_equalsCxxfilt() throws Exception {
        List<String> files = new ArrayList<>(List.of(System.getProperty("java.home") + "/lib/server/libjvm.so"));
        output("gcc", "-print-file-name=libstdc++.so.6").lines().forEach(files::add);
        List<String> symbols = symbols(files);
        assumeFalse(symbols.isEmpty(), "binutils is not installed, or libjvm.so has no symbols");
        Path input = Files.write(folder.resolve("symbols"), symbols);
        List<String> names =
                output("sh", "-c", "c++filt -p -i <" + input).lines().toList();
        assumeTrue(names.size() == symbols.size(), "c++filt is not installed");
        int mangled = 0;
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < symbols.size(); i++) {
            String name = Demangler.demangle(symbols.get(i), Integer.MAX_VALUE);
            if (name.equals(symbols.get(i))) {
                mangled += name.equals(names.get(i)) ? 0 : 1;
            } else if (!name.replaceFirst(" \\[clone .*", "").equals(names.get(i))) {
                wrong.add(symbols.get(i) + " is " + names.get(i) + ", not " + name);
            }
        }
        System.out.println(symbols.size() + " symbols of " + files + ": " + mangled + " left mangled");
        assertEquals(List.of(), wrong);
        assertTrue(mangled <= symbols.size() / 1000, mangled + " of " + symbols.size() + " left mangled");
    }

    private static List<String> symbols(List<String> files) throws Exception {
        Set<String> symbols = new TreeSet<>();
        for (String file : files) {
            for (String table : List.of("-D", "-a")) {
                output("nm", table, "--without-symbol-versions", file)
                        .lines()
                        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                        .filter(symbol -> symbol.startsWith("_Z"))
                        .forEach(symbols::add);
            }
        }
        return List.copyOf(symbols);
    }

    private static String output(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException notInstalled) {
            return "";
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "_Z3fooi.constprop.0 | foo [clone .constprop.0]",
                "_ZN1A3runEv.part.1.cold | A::run [clone .part.1] [clone .cold]",
                "_ZN4core3fmt5write17h0123456789abcdefE | core::fmt::write",
                "_ZN4core3ptr13drop_in_place17h0123456789abcdefE.llvm.12AB | core::ptr::drop_in_place",
                "_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Write$GT$9write_str17h0123456789abcdefE "
                        + "| <alloc::string::String as core::fmt::Write>::write_str",
                "_ZN3foo28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE | foo::{{closure}}",
                "_ZN3foo17h0000000000000000E | foo::h0000000000000000",
                "_ZZN1A1fEvENKUlvE_clEv | A::f()::{lambda()#1}::operator()",
                "_ZN1AcvT_IiEEv | A::operator int<int>",
                "_Zli2_xPKc | operator\"\" _x",
                "_Z1fILDn0EEvv | f<(decltype(nullptr))0>",
                "_Z1fILd4028ae147ae147aeEEvv | f<(double)[4028ae147ae147ae]>",
                // The constructor of a class that is a substitution: c++filt takes the name before it.
                "_ZN1A1B1fIZNS0_C4EvEUlvE_EEvv | A::B::f<A::B::B()::{lambda()#1}>",
            })
    void demangle_formOfCompiler_isNamedAsInTheSource(String symbol, String name) {
        assertEquals(name, Demangler.demangle(symbol));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "_Z",
                "_ZN",
                "_ZNE",
                "_ZN3foo",
                "_Z3fo",
                "_Z99999999999foo",
                "_Z3fooT_",
                "_Z3fooS_",
                "_Z3fooS9_i",
                "main",
                "_init",
                "_ZSs",
                "_Z1fDpi",
                "_Z1fIXsp1xEEvv",
                "_Z3foo?",
                "_Z3foo.",
                "_Z3fooi.@plt",
                "_R",
                "_RNvC3foo3bar",
                "_ZN1aIS0_E1bEv",
                "_ZN3foo17h0123456789abcdef",
                "_ZN4$foo17h0123456789abcdefE",
                "_Z1fUlvE",
                "_ZN2C1C1EvE",
                "_ZTc",
                "_ZTv0",
                "_ZN6duckdb13JoinHashTableUt_D1Ev",
                "_Z1fILi1e5EEvv",
                "_ZN1AI1BEI1CE1fEv"
            })
    void demangle_whatCannotBeRead_staysAsItIs(String symbol) {
        assertEquals(symbol, Demangler.demangle(symbol));
    }

    @Test
    void demangle_longName_losesInnermostTemplateArgumentsFirst() {
        String inner = "St3mapISsSt6vectorISt4pairIilESaIS1_EESt4lessISsESaIS_IKSsS3_EEE";
        String shortened = "std::map<std::string, std::vector<...>, std::less<...>, std::allocator<...> >";
        assertEquals("f<" + shortened + ", " + shortened + " >", Demangler.demangle("_Z1fI" + inner + inner + "Evv"));
    }

    @Test
    void demangle_longNamespace_isShownInFullUpToABound() {
        String fits = "x".repeat(900);
        assertEquals(fits + "::f", Demangler.demangle("_ZN900" + fits + "1fEv"));
        String tooLong = "_ZN1001" + "x".repeat(1001) + "1fEv";
        assertEquals(tooLong, Demangler.demangle(tooLong));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "N1aI", "1aI", "PF", "K", "DTcl", "X", "IJ", "ZN1a1fE", "A_", "M1a", "UlP"})
    void demangle_deepNesting_staysAsItIs(String part) {
        String symbol = "_Z1f" + part.repeat(16_000 / part.length());
        assertTrue(symbol.equals(Demangler.demangle(symbol)));
    }

    /** Each substitution doubles the text of the one before; an empty pack doubles the work without any text. */
    @Test
    void demangle_exponentialSubstitutions_isBounded() {
        StringBuilder doubled = new StringBuilder("_Z1fI1aIiE");
        StringBuilder empty = new StringBuilder("_Z1fIJEE1aIDpT_DpT_E");
        for (int i = 1; i < 36; i++) {
            String last = "S" + (i == 1 ? "" : Integer.toString(i - 2, 36).toUpperCase(Locale.ROOT)) + "_";
            doubled.append("1aI").append(last).append(last).append("E");
            empty.append("1aI").append(last).append(last).append("E");
        }
        String name = Demangler.demangle(doubled + "Evv");
        assertTrue(name.startsWith("_Z1f") || name.length() <= Demangler.MAX_LENGTH, name);
        Demangler.demangle(empty.toString());
    }
}
