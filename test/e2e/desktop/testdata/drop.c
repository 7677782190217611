/* Drops files on a window, as a file manager does: drop WINDOW X Y URI (XDND, version 5). */
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Display *display;
static Window source, target;

static Atom atom(const char *name) { return XInternAtom(display, name, False); }

static void tell(const char *type, long b, long c, long d, long e) {
	XEvent event = {0};
	event.xclient.type = ClientMessage;
	event.xclient.window = target;
	event.xclient.message_type = atom(type);
	event.xclient.format = 32;
	long data[] = {(long)source, b, c, d, e};
	memcpy(event.xclient.data.l, data, sizeof data);
	XSendEvent(display, target, False, NoEventMask, &event);
	XFlush(display);
}

/* give answers a question for the files. */
static void give(XSelectionRequestEvent *asked, const char *uri) {
	char list[4096];
	int size = snprintf(list, sizeof list, "%s\r\n", uri);
	XChangeProperty(display, asked->requestor, asked->property, asked->target, 8, PropModeReplace, (unsigned char *)list, size);
	XEvent event = {0};
	event.xselection.type = SelectionNotify;
	event.xselection.requestor = asked->requestor;
	event.xselection.selection = asked->selection;
	event.xselection.target = asked->target;
	event.xselection.property = asked->property;
	event.xselection.time = asked->time;
	XSendEvent(display, asked->requestor, False, NoEventMask, &event);
	XFlush(display);
}

int main(int argc, char **argv) {
	if (argc != 5 || !(display = XOpenDisplay(NULL)))
		return 2;
	alarm(60); /* who answers never is no target */
	target = strtoul(argv[1], NULL, 0);
	long x = atol(argv[2]), y = atol(argv[3]);
	source = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0);
	XSetSelectionOwner(display, atom("XdndSelection"), source, CurrentTime);
	tell("XdndEnter", 5L << 24, atom("text/uri-list"), 0, 0);
	tell("XdndPosition", 0, x << 16 | y, CurrentTime, atom("XdndActionCopy"));
	for (int dropped = 0;;) {
		XEvent event;
		XNextEvent(display, &event);
		if (event.type == SelectionRequest)
			give(&event.xselectionrequest, argv[4]);
		if (event.type != ClientMessage)
			continue;
		if (event.xclient.message_type == atom("XdndFinished"))
			return 0;
		if (event.xclient.message_type == atom("XdndStatus") && !dropped) {
			if (!(event.xclient.data.l[1] & 1))
				return 1; /* it takes none */
			dropped = 1;
			tell("XdndDrop", 0, CurrentTime, 0, 0);
		}
	}
}
