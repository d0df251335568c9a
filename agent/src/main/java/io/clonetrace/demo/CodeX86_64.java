package io.clonetrace.demo;

/**
 * The demo's machine code for x86-64: one line an instruction, its bytes first. Offsets in square brackets are those of
 * {@link ChildBlock}; system calls take rdi, rsi, rdx, r10, r8 (syscall(2)), and leave rbx as it was.
 */
final class CodeX86_64 {
    static final String TEXT = """
            masked:
            53                    push rbx
            4889fb                mov rbx, rdi
            b80e000000            mov eax, 14  # rt_sigprocmask
            bf02000000            mov edi, 2  # SIG_SETMASK
            488d7330              lea rsi, [rbx+0x30]  # to all signals
            488d5338              lea rdx, [rbx+0x38]  # keep what was blocked
            41ba08000000          mov r10d, 8
            0f05                  syscall
            488b7b08              mov rdi, [rbx+0x08]
            488b7310              mov rsi, [rbx+0x10]
            488b5318              mov rdx, [rbx+0x18]
            488b4b20              mov rcx, [rbx+0x20]
            31c0                  xor eax, eax  # clone is variadic: no vector registers
            ff13                  call [rbx]
            48894328              mov [rbx+0x28], rax
            b80e000000            mov eax, 14  # rt_sigprocmask
            bf02000000            mov edi, 2  # SIG_SETMASK
            488d7338              lea rsi, [rbx+0x38]  # to what was blocked
            31d2                  xor edx, edx
            41ba08000000          mov r10d, 8
            0f05                  syscall
            5b                    pop rbx
            c3                    ret
            raw:
            53                    push rbx
            4889fb                mov rbx, rdi
            488b4340              mov rax, [rbx+0x40]
            488b7b48              mov rdi, [rbx+0x48]
            488b7350              mov rsi, [rbx+0x50]
            31d2                  xor edx, edx
            4531d2                xor r10d, r10d
            4531c0                xor r8d, r8d
            0f05                  syscall
            4885c0                test rax, rax
            7402                  jz raw_child
            5b                    pop rbx
            c3                    ret
            raw_child:
            4889df                mov rdi, rbx
            bare:
            31ed                  xor ebp, ebp  # ends the chain of frames for debuggers
            e809000000            call thread
            b83c000000            mov eax, 60  # exit
            31ff                  xor edi, edi
            0f05                  syscall
            thread:
            53                    push rbx
            4889fb                mov rbx, rdi
            e822000000            call report
            wait:
            b8ca000000            mov eax, 202  # futex
            488dbb84000000        lea rdi, [rbx+0x84]
            31f6                  xor esi, esi  # FUTEX_WAIT
            31d2                  xor edx, edx  # while it is 0
            4531d2                xor r10d, r10d
            0f05                  syscall
            83bb8400000000        cmp dword ptr [rbx+0x84], 0
            74e2                  je wait
            31c0                  xor eax, eax
            5b                    pop rbx
            c3                    ret
            report:
            53                    push rbx
            4889fb                mov rbx, rdi
            b8ba000000            mov eax, 186  # gettid
            0f05                  syscall
            48894358              mov [rbx+0x58], rax
            b89e000000            mov eax, 158  # arch_prctl
            bf03100000            mov edi, 0x1003  # ARCH_GET_FS
            488d7360              lea rsi, [rbx+0x60]
            0f05                  syscall
            b80e000000            mov eax, 14  # rt_sigprocmask
            31ff                  xor edi, edi
            31f6                  xor esi, esi  # change nothing
            488d5368              lea rdx, [rbx+0x68]
            41ba08000000          mov r10d, 8
            0f05                  syscall
            48896370              mov [rbx+0x70], rsp
            488b4378              mov rax, [rbx+0x78]
            c70001000000          mov dword ptr [rax], 1
            c7838000000001000000  mov dword ptr [rbx+0x80], 1
            31c0                  xor eax, eax
            5b                    pop rbx
            c3                    ret
            release:
            c7878400000001000000  mov dword ptr [rdi+0x84], 1
            b8ca000000            mov eax, 202  # futex
            488dbf84000000        lea rdi, [rdi+0x84]
            be01000000            mov esi, 1  # FUTEX_WAKE
            ba01000000            mov edx, 1
            0f05                  syscall
            c3                    ret
            """;

    private CodeX86_64() {}
}
