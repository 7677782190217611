// What wine 8 lacks of Windows 10, and a Go program needs. script/windows builds it as
// bcryptprimitives.dll, which every Go program loads before anything else, and puts it
// into the folder of a wine of its own. It belongs on no Windows.
#include <string.h>
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);

// ProcessPrng fills memory with random bytes. wine has the function that does so by its
// older name (RtlGenRandom).
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T n) { return SystemFunction036(bytes, (ULONG)n); }

typedef LONG(WINAPI *set_information)(HANDLE, void *, void *, ULONG, int);
static set_information wines;

// set says that there is no such class of information where wine says that it has not
// been written: Go then removes files in the older way, and os.RemoveAll works.
static LONG WINAPI set(HANDLE file, void *status, void *data, ULONG size, int class) {
	const LONG not_implemented = 0xC0000002, invalid_info_class = 0xC0000003;
	LONG got = wines(file, status, data, size, class);
	return got == not_implemented ? invalid_info_class : got;
}

// DllMain puts set in front of wine's NtSetInformationFile, whose 32 bytes can run at any
// address.
BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved) {
	if (reason != DLL_PROCESS_ATTACH) return TRUE;
	BYTE *theirs = (BYTE *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtSetInformationFile");
	BYTE *copy = VirtualAlloc(NULL, 32, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
	DWORD before;
	if (!theirs || !copy || !VirtualProtect(theirs, 32, PAGE_EXECUTE_READWRITE, &before)) return FALSE;
	memcpy(copy, theirs, 32);
	wines = (set_information)copy;
	BYTE jump[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; // mov rax, set; jmp rax
	void *to = (void *)set;
	memcpy(jump + 2, &to, 8);
	memcpy(theirs, jump, 12);
	return VirtualProtect(theirs, 32, before, &before);
}
