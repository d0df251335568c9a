#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <errno.h>
static void *f(void*a){return a;}
int main(){
 pthread_t t[3]; for(int i=0;i<3;i++){pthread_create(&t[i],0,f,0);} for(int i=0;i<3;i++)pthread_join(t[i],0);
 pid_t p=fork(); if(!p)_exit(0); waitpid(p,0,0);
 p=vfork(); if(!p)_exit(0); waitpid(p,0,0);
 long r=syscall(SYS_clone, CLONE_THREAD, 0,0,0,0); printf("clone bad %ld %d\n",r,errno);
 r=syscall(SYS_fork); if(!r)_exit(0); waitpid(r,0,0);
 return 0;}
