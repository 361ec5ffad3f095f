namespace ModelBuild.Kernels;

/// <summary>
/// Generates the routine of depthwise convolutions with 3x3 taps and stride 1 for 64 channels of pairs of output lines. The bytes of a column of four input lines are zipped
/// into groups of four once; each group is multiplied by the weights of the upper line and a zero, and by a zero and those of the lower line, for the three results of a
/// line that it touches. Nothing is copied: columns outside are the zero point, lines outside have no weights. Its only argument is a
/// <see cref="VnniDepthwiseDirectArguments"/>; it touches no stack.
/// </summary>
/// <remarks>
/// Zipping happens within 128 bits. So that all accumulators and weights stay in registers, 32 channels are done at a time: first the upper halves of each 128 bits, whose
/// results wait as words in a buffer, then the lower halves.
/// </remarks>
internal sealed class VnniDepthwisePairsEmitter
{
    private const int VectorBytes = 64;
    private const int Taps = 3;
    private const int Lines = 2;
    private const int Sums = 2;
    private const int ScaleRegister = 24;
    private const int Zipped1 = 26;
    private const int Temporary = 27;
    private const int Zipped0 = 28;
    private const int ZeroRegister = 29;
    private const int LowRegister = 30;
    private const int HighRegister = 31;
    private const GeneralRegister Arguments = GeneralRegister.Rcx;
    private const GeneralRegister Column = GeneralRegister.R10;
    private const GeneralRegister Buffer = GeneralRegister.Rdi;

    private static readonly GeneralRegister[] s_lines = [GeneralRegister.Rax, GeneralRegister.Rdx, GeneralRegister.R8, GeneralRegister.R9];
    private static readonly GeneralRegister[] s_outputs = [GeneralRegister.R11, GeneralRegister.Rsi];

    private readonly Assembler _code = new();
    private readonly bool _clampsInFloat;

    private VnniDepthwisePairsEmitter(bool clampsInFloat) => _clampsInFloat = clampsInFloat;

    /// <summary>Generates the routine.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    /// <param name="isWindows">Whether the calling convention is that of Windows.</param>
    internal static ReadOnlySpan<byte> Emit(bool clampsInFloat, bool isWindows)
    {
        VnniDepthwisePairsEmitter emitter = new(clampsInFloat);
        emitter.EmitRoutine(isWindows);
        return emitter._code.Code;
    }

    private static MemoryOperand Field(int offset) => MemoryOperand.At(Arguments, offset);

    private static MemoryOperand OfWindow(int offset) => MemoryOperand.At(Column, offset);

    private static int Sum(int slot, int line, int sum) => (slot % Taps * Lines * Sums) + (line * Sums) + sum;

    private static int Weights(int line, int tap, int sum) => (Taps * Lines * Sums) + (line * Taps * Sums) + (tap * Sums) + sum;

    private void EmitRoutine(bool isWindows)
    {
        VnniDepthwiseFrame.Enter(_code, isWindows);
        _code.LoadVector(ZeroRegister, Field(VnniDepthwiseDirectFields.Zero));
        _code.LoadVector(LowRegister, Field(VnniDepthwiseDirectFields.LowBytes));
        _code.LoadVector(HighRegister, Field(VnniDepthwiseDirectFields.HighBytes));
        Half(isUpper: true);
        Half(isUpper: false);
        VnniDepthwiseFrame.Leave(_code, isWindows);
    }

    /// <summary>All pairs, 32 channels of each.</summary>
    private void Half(bool isUpper)
    {
        int half = isUpper ? Sums * VectorBytes : 0;
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Windows));
        _code.Store(Field(VnniDepthwiseDirectFields.Next), Column);
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Count));
        _code.Store(Field(VnniDepthwiseDirectFields.Remaining), Column);
        _code.Load(Buffer, Field(VnniDepthwiseDirectFields.Buffer));
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.LoadVector(ScaleRegister + sum, Field(VnniDepthwiseDirectFields.Scales + half + (VectorBytes * sum)));
        }

        int pair = _code.Length;
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Next));
        for (int i = 0; i < s_lines.Length; i++)
        {
            _code.Load(s_lines[i], OfWindow(VnniDepthwiseDirectFields.WindowLine0 + (8 * i)));
            _code.Add(s_lines[i], Field(VnniDepthwiseDirectFields.Channel));
        }

        for (int i = 0; i < Lines && !isUpper; i++)
        {
            _code.Load(s_outputs[i], OfWindow(i == 0 ? VnniDepthwiseDirectFields.WindowY0 : VnniDepthwiseDirectFields.WindowY1));
            _code.Add(s_outputs[i], Field(VnniDepthwiseDirectFields.Channel));
        }

        _code.Compare(OfWindow(VnniDepthwiseDirectFields.WindowIsFresh), 0);
        int same = _code.JumpIfZero();
        LoadWeights(half);
        _code.Land(same);
        _code.Add(Column, VnniDepthwiseDirectFields.WindowBytes);
        _code.Store(Field(VnniDepthwiseDirectFields.Next), Column);
        _code.Clear(Column);
        Columns(isUpper);
        _code.Subtract(Field(VnniDepthwiseDirectFields.Remaining), 1);
        _code.JumpIfNotZero(pair);
    }

    /// <summary>The weights of both lines without those of lines outside, and the starting values with the products of lines outside.</summary>
    private void LoadWeights(int half)
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            for (int line = 0; line < Lines; line++)
            {
                _code.LoadVector(Sum(0, line, sum), Field(VnniDepthwiseDirectFields.Bias + half + (VectorBytes * sum)));
            }

            for (int tap = 0; tap < Taps; tap++)
            {
                _code.LoadVector(Weights(0, tap, sum), Field(VnniDepthwiseDirectFields.Weights + half + (VectorBytes * ((4 * tap) + sum))));
                _code.ShiftIntegersLeft(Weights(1, tap, sum), Weights(0, tap, sum), 8);
            }
        }

        _code.Broadcast(Zipped0, OfWindow(VnniDepthwiseDirectFields.WindowOutside));
        _code.Broadcast(Zipped1, OfWindow(VnniDepthwiseDirectFields.WindowInside));
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int line = 0; line < Lines; line++)
            {
                for (int sum = 0; sum < Sums; sum++)
                {
                    _code.Dot(Sum(0, line, sum), Zipped0, Weights(line, tap, sum));
                    _code.And(Weights(line, tap, sum), Weights(line, tap, sum), Zipped1);
                }
            }
        }

        for (int line = 0; line < Lines; line++)
        {
            for (int sum = 0; sum < Sums; sum++)
            {
                _code.StoreVector(Start(line, sum), Sum(0, line, sum));
            }
        }
    }

    private static MemoryOperand Start(int line, int sum) => Field(VnniDepthwiseDirectFields.Start + (VectorBytes * ((line * Sums) + sum)));

    /// <summary>
    /// The columns of a pair of lines. Column c of the input is the first tap of result c, the second of result c - 1 and the third of result c - 2, which is finished then;
    /// the accumulators of three results take turns.
    /// </summary>
    private void Columns(bool isUpper)
    {
        _code.LoadVector(Zipped0, Field(VnniDepthwiseDirectFields.Outside));
        _code.MoveVector(Zipped1, Zipped0);
        _code.Compare(Field(VnniDepthwiseDirectFields.IsLeftInside), 0);
        int outside = _code.JumpIfZero();
        LoadColumn(isUpper);
        _code.Land(outside);
        Begin(0);
        Multiply(0, 0);
        LoadColumn(isUpper);
        Begin(1);
        Multiply(1, 0);
        Multiply(0, 1);
        _code.Compare(Column, Field(VnniDepthwiseDirectFields.End));
        int[] ends = [_code.JumpIfNotBelow(), 0, 0];
        _code.Align(32);
        int loop = _code.Length;
        for (int phase = 0; phase < Taps; phase++)
        {
            LoadColumn(isUpper);
            Begin(phase + 2);
            Multiply(phase, 2);
            Multiply(phase + 1, 1);
            Multiply(phase + 2, 0);
            Finish(phase, isUpper);
            _code.Compare(Column, Field(VnniDepthwiseDirectFields.End));
            if (phase < Taps - 1)
            {
                ends[phase + 1] = _code.JumpIfNotBelow();
            }
        }

        // After the last phase the first one is next, whose end follows.
        _code.JumpIfBelow(loop);
        int[] done = new int[2 * Taps];
        for (int phase = 0; phase < Taps; phase++)
        {
            _code.Land(ends[phase]);
            _code.Compare(Field(VnniDepthwiseDirectFields.IsRightInside), 0);
            int last = _code.JumpIfZero();
            done[2 * phase] = _code.Jump();
            _code.Land(last);
            _code.LoadVector(Zipped0, Field(VnniDepthwiseDirectFields.Outside));
            _code.MoveVector(Zipped1, Zipped0);
            _code.Add(Column, Field(VnniDepthwiseDirectFields.Step));
            Multiply(phase, 2);
            Finish(phase, isUpper);
            done[(2 * phase) + 1] = _code.Jump();
        }

        foreach (int jump in done)
        {
            _code.Land(jump);
        }
    }

    /// <summary>Zips a column and steps to the next.</summary>
    private void LoadColumn(bool isUpper)
    {
        MemoryOperand At(int line) => new(s_lines[line], Column, 1, 0);
        _code.LoadVector(Zipped1, At(0));
        _code.LoadVector(Temporary, At(2));
        if (isUpper)
        {
            _code.ZipHighBytes(Zipped1, Zipped1, At(1));
            _code.ZipHighBytes(Temporary, Temporary, At(3));
        }
        else
        {
            _code.ZipLowBytes(Zipped1, Zipped1, At(1));
            _code.ZipLowBytes(Temporary, Temporary, At(3));
        }

        _code.Add(Column, Field(VnniDepthwiseDirectFields.Step));
        _code.ZipLowWords(Zipped0, Zipped1, Temporary);
        _code.ZipHighWords(Zipped1, Zipped1, Temporary);
    }

    private void Begin(int slot)
    {
        for (int line = 0; line < Lines; line++)
        {
            for (int sum = 0; sum < Sums; sum++)
            {
                _code.LoadVector(Sum(slot, line, sum), Start(line, sum));
            }
        }
    }

    private void Multiply(int slot, int tap)
    {
        for (int line = 0; line < Lines; line++)
        {
            for (int sum = 0; sum < Sums; sum++)
            {
                _code.Dot(Sum(slot, line, sum), sum == 0 ? Zipped0 : Zipped1, Weights(line, tap, sum));
            }
        }
    }

    /// <summary>
    /// clamp(rne(fp32(sum) * scale) + zero), the bits of <see cref="DotToU8"/>: what is below or above all bytes saturates on the way to them. A conversion of what is above
    /// all integers would give the smallest, so where there can be any, the upper bound is applied in float.
    /// </summary>
    private void Finish(int slot, bool isUpper)
    {
        // The lower line first: where there is none, its results go where those of the upper one go.
        for (int line = Lines - 1; line >= 0; line--)
        {
            int words = Sum(slot, line, 0);
            for (int sum = 0; sum < Sums; sum++)
            {
                int value = Sum(slot, line, sum);
                _code.IntegersToFloats(value, value);
                _code.Multiply(value, value, ScaleRegister + sum);
                if (_clampsInFloat)
                {
                    _code.Minimum(value, value, Field(VnniDepthwiseDirectFields.High));
                }

                _code.FloatsToIntegers(value, value);
            }

            _code.PackWords(words, words, Sum(slot, line, 1));
            _code.AddWords(words, words, ZeroRegister);
            if (isUpper)
            {
                _code.StoreVector(MemoryOperand.At(Buffer, line * VectorBytes), words);
            }
            else
            {
                _code.PackBytes(words, words, MemoryOperand.At(Buffer, line * VectorBytes));
                _code.MaximumBytes(words, words, LowRegister);
                _code.MinimumBytes(words, words, HighRegister);
                _code.StoreVector(new MemoryOperand(s_outputs[line], Column, 1, 0), words);
            }
        }

        _code.Add(Buffer, Lines * VectorBytes);
    }
}
