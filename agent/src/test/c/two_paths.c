/* Makes 13 threads and 7 more through another function, then 5 processes. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

static void *worker(void *argument) { return argument; }

APART static int make_thread(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, worker, NULL) || pthread_join(thread, NULL);
}

APART static int first_path(void) { return make_thread() ? 2 : 0; }

APART static int second_path(void) { return make_thread() ? 3 : 0; }

APART static int fork_path(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return child < 0 || waitpid(child, NULL, 0) != child ? 4 : 0;
}

int main(void)
{
	int failed = 0;
	for (int i = 0; i < 13; i++)
		failed |= first_path();
	for (int i = 0; i < 7; i++)
		failed |= second_path();
	for (int i = 0; i < 5; i++)
		failed |= fork_path();
	return failed;
}
