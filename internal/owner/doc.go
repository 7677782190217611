// Package owner says whether other users of this computer can change a file.
//
// As in ssh, a file or folder is good if it belongs to the user who runs this process
// or to the superuser, and no one else may write it. A group that is one person's
// alone, which many systems give to everyone (user-private groups), is no danger.
// The folders above are not looked at: whoever can swap a folder there can only
// put one of their own in its place, which is refused.
//
// The superuser does not work in another user's folder, as with sudo and that
// user's home: links there could redirect every write and removal.
//
// Systems without such owners are not judged.
package owner
