// A library whose threads come from two call sites, each called from Java. Without the JDK's headers: the types of
// jni.h that are used here are pointers and ints.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static sem_t released[2];
static unsigned long returns[2][2];

__attribute__((constructor)) static void init(void) {
    sem_init(&released[0], 0, 0);
    sem_init(&released[1], 0, 0);
}

static void *first_work(void *argument) { return argument; }

static void *second_work(void *argument) { return argument; }

// The threads end at once, before anything can be looked up in /proc.
__attribute__((noinline)) static void make(int site, int threads, void *(*work)(void *)) {
    returns[site][0] = (unsigned long) __builtin_return_address(0);
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, 0, work, 0) || pthread_join(thread, 0)) {
            abort();
        }
    }
    __asm__ volatile("" ::: "memory"); // no tail call of what is above
}

// The call lasts until it is released, so that its Java frames can be read.
__attribute__((noinline)) static void spawn(int site, int threads, void *(*work)(void *)) {
    returns[site][1] = (unsigned long) __builtin_return_address(0);
    make(site, threads, work);
    if (threads > 0) {
        sem_wait(&released[site]);
    }
    __asm__ volatile("" ::: "memory");
}

void Java_io_clonetrace_it_host_CallSites_first(void *env, void *type, int threads) {
    (void) env, (void) type;
    spawn(0, threads, first_work);
    __asm__ volatile("" ::: "memory");
}

void Java_io_clonetrace_it_host_CallSites_second(void *env, void *type, int threads, int unused) {
    (void) env, (void) type, (void) unused;
    spawn(1, threads, second_work);
    __asm__ volatile("" ::: "memory");
}

void Java_io_clonetrace_it_host_CallSites_release(void *env, void *type, int site) {
    (void) env, (void) type;
    sem_post(&released[site]);
}

// The return address within a function of this library, as an offset from that function: within spawn, and within the
// function that Java calls.
long Java_io_clonetrace_it_host_CallSites_offset(void *env, void *type, int site, int frame) {
    (void) env, (void) type;
    unsigned long outer = site ? (unsigned long) Java_io_clonetrace_it_host_CallSites_second
                               : (unsigned long) Java_io_clonetrace_it_host_CallSites_first;
    return (long) (returns[site][frame] - (frame ? outer : (unsigned long) spawn));
}
