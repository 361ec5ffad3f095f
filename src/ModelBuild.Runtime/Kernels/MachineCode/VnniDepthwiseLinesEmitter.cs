namespace ModelBuild.Kernels;

/// <summary>
/// Generates the routine of depthwise convolutions with 3x3 taps and horizontal stride 2 for 64 channels, line by line of the output. Like
/// <see cref="VnniDepthwisePairsEmitter"/> it reads the input where it lies and its only argument is a <see cref="VnniDepthwiseDirectArguments"/>; it touches no stack.
/// </summary>
/// <remarks>
/// Zipping happens within 128 bits, so sum q holds, in each 128 bits L, the channels 16 L + 4 q to 16 L + 4 q + 3; packing to bytes is the reverse.
/// </remarks>
internal sealed class VnniDepthwiseLinesEmitter
{
    private const int VectorBytes = 64;
    private const int Taps = 3;
    private const int Sums = 4;
    private const int Slots = 2;
    private const int FirstZipped = 24;
    private const int Temporary = 28;
    private const int ClearRegister = 30;
    private const int ZeroRegister = 31;
    private const GeneralRegister Arguments = GeneralRegister.Rcx;
    private const GeneralRegister Column = GeneralRegister.R10;
    private const GeneralRegister Y = GeneralRegister.R11;
    private const GeneralRegister Step = GeneralRegister.R9;

    private static readonly GeneralRegister[] s_lines = [GeneralRegister.Rax, GeneralRegister.Rdx, GeneralRegister.R8];

    private readonly Assembler _code = new();
    private readonly bool _clampsInFloat;

    private VnniDepthwiseLinesEmitter(bool clampsInFloat) => _clampsInFloat = clampsInFloat;

    /// <summary>Generates the routine.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    /// <param name="isWindows">Whether the calling convention is that of Windows.</param>
    internal static ReadOnlySpan<byte> Emit(bool clampsInFloat, bool isWindows)
    {
        VnniDepthwiseLinesEmitter emitter = new(clampsInFloat);
        emitter.EmitRoutine(isWindows);
        return emitter._code.Code;
    }

    private static MemoryOperand Field(int offset) => MemoryOperand.At(Arguments, offset);

    private static MemoryOperand OfWindow(int offset) => MemoryOperand.At(Column, offset);

    private static MemoryOperand Start(int sum) => Field(VnniDepthwiseDirectFields.Start + (VectorBytes * sum));

    private static int Sum(int slot, int sum) => (slot % Slots * Sums) + sum;

    private static int Weights(int tap, int sum) => (Slots * Sums) + (tap * Sums) + sum;

    private static int Scale(int sum) => (Slots * Sums) + (Taps * Sums) + sum;

    private void EmitRoutine(bool isWindows)
    {
        VnniDepthwiseFrame.Enter(_code, isWindows);
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.LoadVector(Scale(sum), Field(VnniDepthwiseDirectFields.Scales + (VectorBytes * sum)));
        }

        _code.ClearVector(ClearRegister);
        _code.LoadVector(ZeroRegister, Field(VnniDepthwiseDirectFields.Zero));
        _code.Load(Step, Field(VnniDepthwiseDirectFields.Step));
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Windows));
        _code.Store(Field(VnniDepthwiseDirectFields.Next), Column);
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Count));
        _code.Store(Field(VnniDepthwiseDirectFields.Remaining), Column);
        int line = _code.Length;
        _code.Load(Column, Field(VnniDepthwiseDirectFields.Next));
        for (int i = 0; i < s_lines.Length; i++)
        {
            _code.Load(s_lines[i], OfWindow(VnniDepthwiseDirectFields.WindowLine0 + (8 * i)));
            _code.Add(s_lines[i], Field(VnniDepthwiseDirectFields.Channel));
        }

        _code.Load(Y, OfWindow(VnniDepthwiseDirectFields.WindowY0));
        _code.Add(Y, Field(VnniDepthwiseDirectFields.Channel));
        _code.Compare(OfWindow(VnniDepthwiseDirectFields.WindowIsFresh), 0);
        int same = _code.JumpIfZero();
        LoadWeights();
        _code.Land(same);
        _code.Add(Column, VnniDepthwiseDirectFields.WindowBytes);
        _code.Store(Field(VnniDepthwiseDirectFields.Next), Column);
        _code.Clear(Column);
        Columns();
        _code.Subtract(Field(VnniDepthwiseDirectFields.Remaining), 1);
        _code.JumpIfNotZero(line);
        VnniDepthwiseFrame.Leave(_code, isWindows);
    }

    /// <summary>The weights without those of lines outside, and the starting values with the products of lines outside.</summary>
    private void LoadWeights()
    {
        const int Outside = FirstZipped;
        const int Inside = FirstZipped + 1;
        _code.Broadcast(Outside, OfWindow(VnniDepthwiseDirectFields.WindowOutside));
        _code.Broadcast(Inside, OfWindow(VnniDepthwiseDirectFields.WindowInside));
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.LoadVector(Sum(0, sum), Field(VnniDepthwiseDirectFields.Bias + (VectorBytes * sum)));
        }

        for (int tap = 0; tap < Taps; tap++)
        {
            for (int sum = 0; sum < Sums; sum++)
            {
                _code.LoadVector(Weights(tap, sum), Field(VnniDepthwiseDirectFields.Weights + (VectorBytes * ((Sums * tap) + sum))));
                _code.Dot(Sum(0, sum), Outside, Weights(tap, sum));
                _code.And(Weights(tap, sum), Weights(tap, sum), Inside);
            }
        }

        for (int sum = 0; sum < Sums; sum++)
        {
            _code.StoreVector(Start(sum), Sum(0, sum));
        }
    }

    /// <summary>
    /// The columns of a line. Column 2 c of the input is the first tap of result c and the third of result c - 1, which is finished then; column 2 c + 1 is the second of
    /// result c. The accumulators of two results take turns. Only the first and the last column can lie outside.
    /// </summary>
    private void Columns()
    {
        LoadOutside();
        _code.Compare(Field(VnniDepthwiseDirectFields.IsLeftInside), 0);
        int outside = _code.JumpIfZero();
        LoadColumn();
        _code.Land(outside);
        Begin(0);
        Multiply(0, 0);
        int[] lasts = new int[Slots];
        int[] ends = new int[(2 * Slots) - 1];
        _code.Align(32);
        int loop = _code.Length;
        for (int slot = 0; slot < Slots; slot++)
        {
            LoadColumn();
            Multiply(slot, 1);
            _code.Compare(Column, Field(VnniDepthwiseDirectFields.End));
            lasts[slot] = _code.JumpIfNotBelow();
            LoadColumn();
            Begin(slot + 1);
            Multiply(slot, 2);
            Multiply(slot + 1, 0);
            Finish(slot);
            _code.Compare(Column, Field(VnniDepthwiseDirectFields.End));
            if (slot < Slots - 1)
            {
                ends[slot] = _code.JumpIfNotBelow();
            }
        }

        _code.JumpIfBelow(loop);
        ends[Slots - 1] = _code.Jump();
        for (int slot = 0; slot < Slots; slot++)
        {
            _code.Land(lasts[slot]);
            LoadOutside();
            Multiply(slot, 2);
            Finish(slot);
            if (slot < Slots - 1)
            {
                ends[Slots + slot] = _code.Jump();
            }
        }

        foreach (int jump in ends)
        {
            _code.Land(jump);
        }
    }

    private void LoadOutside()
    {
        _code.LoadVector(FirstZipped, Field(VnniDepthwiseDirectFields.Outside));
        for (int sum = 1; sum < Sums; sum++)
        {
            _code.MoveVector(FirstZipped + sum, FirstZipped);
        }
    }

    /// <summary>Zips a column of three lines and a zero, and steps to the next.</summary>
    private void LoadColumn()
    {
        MemoryOperand At(int line) => new(s_lines[line], Column, 1, 0);
        _code.LoadVector(FirstZipped, At(0));
        _code.LoadVector(Temporary, At(2));
        _code.ZipHighBytes(FirstZipped + 2, FirstZipped, At(1));
        _code.ZipLowBytes(FirstZipped, FirstZipped, At(1));
        _code.ZipHighBytes(Temporary + 1, Temporary, ClearRegister);
        _code.ZipLowBytes(Temporary, Temporary, ClearRegister);
        _code.Add(Column, Step);
        _code.ZipHighWords(FirstZipped + 1, FirstZipped, Temporary);
        _code.ZipLowWords(FirstZipped, FirstZipped, Temporary);
        _code.ZipHighWords(FirstZipped + 3, FirstZipped + 2, Temporary + 1);
        _code.ZipLowWords(FirstZipped + 2, FirstZipped + 2, Temporary + 1);
    }

    private void Begin(int slot)
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.LoadVector(Sum(slot, sum), Start(sum));
        }
    }

    private void Multiply(int slot, int tap)
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            _code.Dot(Sum(slot, sum), FirstZipped + sum, Weights(tap, sum));
        }
    }

    /// <summary>As <see cref="VnniDepthwisePairsEmitter"/> finishes.</summary>
    private void Finish(int slot)
    {
        for (int sum = 0; sum < Sums; sum++)
        {
            int value = Sum(slot, sum);
            _code.IntegersToFloats(value, value);
            _code.Multiply(value, value, Scale(sum));
            if (_clampsInFloat)
            {
                _code.Minimum(value, value, Field(VnniDepthwiseDirectFields.High));
            }

            _code.FloatsToIntegers(value, value);
        }

        int lower = Sum(slot, 0);
        int upper = Sum(slot, 2);
        _code.PackWords(lower, lower, Sum(slot, 1));
        _code.PackWords(upper, upper, Sum(slot, 3));
        _code.AddWords(lower, lower, ZeroRegister);
        _code.AddWords(upper, upper, ZeroRegister);
        _code.PackBytes(lower, lower, upper);
        _code.MaximumBytes(lower, lower, Field(VnniDepthwiseDirectFields.LowBytes));
        _code.MinimumBytes(lower, lower, Field(VnniDepthwiseDirectFields.HighBytes));
        _code.StoreVector(MemoryOperand.At(Y), lower);
        _code.Add(Y, Step);
    }
}
