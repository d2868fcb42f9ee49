// Which files can be sent, said before anything is sent.

/** What the server takes, in bytes. */
const MOST = 50 * 1024 * 1024;
const TAKEN = ['application/pdf', 'image/jpeg', 'image/png'];

/** For the file chooser. A phone that keeps HEIC pictures hands over a JPEG when only JPEG is asked for. */
export const ACCEPT = '.pdf,.jpg,.jpeg,.png';

/** What is wrong with a file, and what to do instead. */
export interface Unfit {
	message: string;
	/** Whether it is a text to be saved as a PDF; then the steps are shown. */
	word: boolean;
}

/** Why a file cannot be sent; null where it can. */
export function unfit({ name, type, size }: File): Unfit | null {
	const ending = name.toLowerCase().split('.').pop() ?? '';
	if (['doc', 'docx', 'odt', 'rtf', 'pages'].includes(ending)) return { message: 'This is a Word file. Save it as a PDF and send the PDF.', word: true };
	if (['heic', 'heif'].includes(ending)) return { message: 'This is an iPhone HEIC picture. Send it as a JPEG or as a PDF.', word: false };
	if (!TAKEN.includes(type)) return { message: 'Only PDF, JPEG and PNG files are taken. Save it as a PDF and send that.', word: false };
	if (size === 0) return { message: 'The file is empty. Save it again, then choose it once more.', word: false };
	if (size > MOST) return { message: 'The file is larger than 50 MB. Save it at a smaller size, or in parts.', word: false };
	return null;
}
