// Package owner says whether other users of this computer can change a file, and
// leaves what a privileged process makes to who owns the folder.
//
// As ssh does it, a file or folder is good if it belongs to who runs this process
// or to the superuser, and nobody else may write it. A group that is one person's
// alone, which many systems give to everyone (user-private groups), is no danger.
// The folders above are not looked at: whoever can swap a folder there can only
// put one of their own in its place, which is refused.
//
// The superuser may work in the folder of somebody else, as with sudo: there,
// what is the folder's owner's is good too.
//
// Systems without such owners are not judged.
package owner
