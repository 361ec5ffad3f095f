namespace ModelBuild.Kernels;

/// <summary>
/// Generates the routine of depthwise convolutions with 3x3 taps: 64 results at a time, from three lines of bytes whose taps lie at fixed distances. The bytes of three
/// lines and a zero are zipped into the groups of four that the dot product takes. Its only argument is a <see cref="VnniDepthwiseArguments"/>; it touches no stack.
/// </summary>
/// <remarks>
/// Zipping happens within 128 bits, so vector q of the four sums holds, in each 128 bits L, the results 16 L + 4 q to 16 L + 4 q + 3; packing to bytes is the reverse.
/// </remarks>
internal sealed class VnniDepthwiseEmitter
{
    private const int Taps = 3;
    private const int Sums = 4;
    private const int ResultMask = 1;
    private const int LastMask = 2;
    private const int FirstSavedVector = 6;
    private const int LastSavedVector = 15;
    private const int ZeroRegister = 14;
    private const int LowRegister = 15;
    private const GeneralRegister Arguments = GeneralRegister.Rcx;
    private const GeneralRegister Column1 = GeneralRegister.R9;
    private const GeneralRegister Column2 = GeneralRegister.R10;
    private const GeneralRegister Y = GeneralRegister.R11;
    private const GeneralRegister Counter = GeneralRegister.Rsi;
    private const GeneralRegister XStep = GeneralRegister.Rdi;

    private static readonly GeneralRegister[] s_lines = [GeneralRegister.Rax, GeneralRegister.Rdx, GeneralRegister.R8];
    private static readonly int[] s_lineFields = [VnniDepthwiseFields.Line0, VnniDepthwiseFields.Line1, VnniDepthwiseFields.Line2];

    private readonly Assembler _code = new();
    private readonly bool _clampsInFloat;

    private VnniDepthwiseEmitter(bool clampsInFloat) => _clampsInFloat = clampsInFloat;

    /// <summary>Generates the routine.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    /// <param name="isWindows">Whether the calling convention is that of Windows.</param>
    internal static ReadOnlySpan<byte> Emit(bool clampsInFloat, bool isWindows)
    {
        VnniDepthwiseEmitter emitter = new(clampsInFloat);
        emitter.EmitRoutine(isWindows);
        return emitter._code.Code;
    }

    private static MemoryOperand Field(int offset) => MemoryOperand.At(Arguments, offset);

    private static int Bias(int sum) => 6 + sum;

    private static int Scale(int sum) => 10 + sum;

    private static int Weights(int tap, int sum) => 16 + (tap * Sums) + sum;

    private static int Sum(int sum) => 28 + sum;

    private static MemoryOperand SavedVector(int vector) => Field(VnniDepthwiseFields.Saved + 16 + ((vector - FirstSavedVector) * 16));

    private void EmitRoutine(bool isWindows)
    {
        _code.BranchTarget();
        if (isWindows)
        {
            _code.Store(Field(VnniDepthwiseFields.Saved), Counter);
            _code.Store(Field(VnniDepthwiseFields.Saved + 8), XStep);
            for (int vector = FirstSavedVector; vector <= LastSavedVector; vector++)
            {
                _code.StoreVector128(SavedVector(vector), vector);
            }
        }
        else
        {
            _code.Move(Arguments, GeneralRegister.Rdi);
        }

        _code.Load(Column1, Field(VnniDepthwiseFields.Column1));
        _code.Load(Column2, Field(VnniDepthwiseFields.Column2));
        _code.LoadMask(ResultMask, Field(VnniDepthwiseFields.Mask));
        _code.LoadMask(LastMask, Field(VnniDepthwiseFields.LastMask));
        _code.Load(XStep, Field(VnniDepthwiseFields.XStep));
        _code.ClearVector(0);
        _code.LoadVector(ZeroRegister, Field(VnniDepthwiseFields.Zero));
        _code.LoadVector(LowRegister, Field(VnniDepthwiseFields.Low));
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.LoadVector(Bias(sum), Field(VnniDepthwiseFields.Bias + (64 * sum)));
            _code.LoadVector(Scale(sum), Field(VnniDepthwiseFields.Scales + (64 * sum)));
        }

        for (int i = 0; i < Taps * Sums; i++)
        {
            _code.LoadVector(Weights(0, i), Field(VnniDepthwiseFields.Weights + (64 * i)));
        }

        int line = _code.Length;
        Line();
        _code.JumpIfNotZero(line);
        if (isWindows)
        {
            _code.Load(Counter, Field(VnniDepthwiseFields.Saved));
            _code.Load(XStep, Field(VnniDepthwiseFields.Saved + 8));
            for (int vector = FirstSavedVector; vector <= LastSavedVector; vector++)
            {
                _code.LoadVector128(vector, SavedVector(vector));
            }
        }

        _code.ZeroUpper();
        _code.Return();
    }

    private void Line()
    {
        for (int i = 0; i < Taps; i++)
        {
            _code.Load(s_lines[i], Field(s_lineFields[i]));
        }

        _code.Load(Y, Field(VnniDepthwiseFields.Y));
        _code.Load(Counter, Field(VnniDepthwiseFields.FullCount));
        _code.Compare(Counter, 0);
        int last = _code.JumpIfZero();
        _code.Align(32);
        int loop = _code.Length;
        Results(ResultMask);
        foreach (GeneralRegister pointer in s_lines)
        {
            _code.Add(pointer, XStep);
        }

        _code.Add(Y, Field(VnniDepthwiseFields.YStep));
        _code.Subtract(Counter, 1);
        _code.JumpIfNotZero(loop);
        _code.Land(last);
        Results(LastMask);
        foreach (int field in s_lineFields)
        {
            Advance(field, VnniDepthwiseFields.LineStep);
        }

        Advance(VnniDepthwiseFields.Y, VnniDepthwiseFields.YLineStep);
        _code.Subtract(Field(VnniDepthwiseFields.Lines), 1);
    }

    private void Advance(int field, int step)
    {
        _code.Load(Counter, Field(field));
        _code.Add(Counter, Field(step));
        _code.Store(Field(field), Counter);
    }

    /// <summary>One vector of results.</summary>
    private void Results(int mask)
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.MoveVector(Sum(sum), Bias(sum));
        }

        for (int tap = 0; tap < Taps; tap++)
        {
            for (int i = 0; i < Taps; i++)
            {
                GeneralRegister line = s_lines[i];
                _code.LoadVector(1 + i, tap == 0 ? MemoryOperand.At(line) : new MemoryOperand(line, tap == 1 ? Column1 : Column2, 1, 0));
            }

            _code.ZipLowBytes(4, 1, 2);
            _code.ZipHighBytes(5, 1, 2);
            _code.ZipLowBytes(1, 3, 0);
            _code.ZipHighBytes(2, 3, 0);
            _code.ZipLowWords(3, 4, 1);
            _code.Dot(Sum(0), 3, Weights(tap, 0));
            _code.ZipHighWords(4, 4, 1);
            _code.Dot(Sum(1), 4, Weights(tap, 1));
            _code.ZipLowWords(1, 5, 2);
            _code.Dot(Sum(2), 1, Weights(tap, 2));
            _code.ZipHighWords(5, 5, 2);
            _code.Dot(Sum(3), 5, Weights(tap, 3));
        }

        Requantize();
        _code.StoreBytes512(MemoryOperand.At(Y), mask, Sum(0));
    }

    /// <summary>
    /// clamp(rne(fp32(sum) * scale) + zero), the bits of <see cref="DotToU8"/>: what is below or above all bytes saturates on the way to them. A conversion of what is above
    /// all integers would give the smallest, so where there can be any, the upper bound is applied in float.
    /// </summary>
    private void Requantize()
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.IntegersToFloats(Sum(sum), Sum(sum));
            _code.Multiply(Sum(sum), Sum(sum), Scale(sum));
            if (_clampsInFloat)
            {
                _code.Minimum(Sum(sum), Sum(sum), Field(VnniDepthwiseFields.High));
            }

            _code.FloatsToIntegers(Sum(sum), Sum(sum));
        }

        _code.PackWords(Sum(0), Sum(0), Sum(1));
        _code.PackWords(Sum(2), Sum(2), Sum(3));
        _code.AddWords(Sum(0), Sum(0), ZeroRegister);
        _code.AddWords(Sum(2), Sum(2), ZeroRegister);
        _code.PackBytes(Sum(0), Sum(0), Sum(2));
        _code.MaximumBytes(Sum(0), Sum(0), LowRegister);
        _code.MinimumBytes(Sum(0), Sum(0), Field(VnniDepthwiseFields.HighBytes));
    }
}
